"""A code generator that turns OpenAPI documents into typed Python clients."""

"""Settings from ``hoody-codegen.toml``: one frozen object, checked as a whole."""

from .load import load_config, read_config
from .settings import (
    CommandLine,
    Config,
    EnvelopeRule,
    Filter,
    Scope,
    ScopeArgument,
    SecondFactor,
    ServiceSettings,
    SignIn,
    Target,
)

__all__ = [
    "CommandLine",
    "Config",
    "EnvelopeRule",
    "Filter",
    "Scope",
    "ScopeArgument",
    "SecondFactor",
    "ServiceSettings",
    "SignIn",
    "Target",
    "load_config",
    "read_config",
]

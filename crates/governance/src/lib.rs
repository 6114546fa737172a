//! Verification, assemblies, mandates: who may do what, and since when.

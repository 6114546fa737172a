//! The REST API: routes, DTOs, authentication, problems, OpenAPI.

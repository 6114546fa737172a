DROP TABLE signing_keys;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE invitations;
DROP TABLE mandates;
DROP TABLE memberships;
DROP TABLE people;
DROP TABLE organisations;

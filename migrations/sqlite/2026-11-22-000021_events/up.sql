CREATE TABLE events (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  at INTEGER NOT NULL,
  event_type TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id BLOB NOT NULL,
  reference TEXT,
  published_at INTEGER
) STRICT;
CREATE INDEX events_feed ON events(organisation_id, published_at, id);
CREATE INDEX events_unpublished ON events(id) WHERE published_at IS NULL;
CREATE TABLE event_clock (
  id INTEGER NOT NULL PRIMARY KEY,
  last_micros INTEGER NOT NULL
) STRICT;
INSERT INTO event_clock (id, last_micros) VALUES (1, 0);
CREATE TABLE webhook_endpoints (
  id BLOB NOT NULL PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  url TEXT NOT NULL,
  event_types TEXT NOT NULL CHECK (event_types <> ''),
  enabled INTEGER NOT NULL CHECK (enabled IN (0,1)),
  secret TEXT NOT NULL,
  previous_secret TEXT,
  previous_until INTEGER,
  failures INTEGER NOT NULL CHECK (failures >= 0),
  due_at INTEGER NOT NULL,
  leased_until INTEGER,
  created_by BLOB NOT NULL REFERENCES people(id),
  created_at INTEGER NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_endpoints_organisation ON webhook_endpoints(organisation_id, id);
CREATE TABLE webhook_deliveries (
  id BLOB NOT NULL PRIMARY KEY,
  endpoint_id BLOB NOT NULL REFERENCES webhook_endpoints(id),
  organisation_id BLOB NOT NULL REFERENCES organisations(id),
  event_id BLOB REFERENCES events(id),
  event_type TEXT NOT NULL,
  body TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending','delivered','parked')),
  queued_at INTEGER NOT NULL,
  give_up_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  answered INTEGER,
  last_error TEXT,
  tried_at INTEGER,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries(endpoint_id, id);
CREATE INDEX webhook_deliveries_status ON webhook_deliveries(endpoint_id, status, id);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries(endpoint_id, queued_at, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_delivered ON webhook_deliveries(queued_at) WHERE status = 'delivered';

CREATE TABLE events (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  at timestamptz NOT NULL,
  event_type text NOT NULL,
  object_kind text NOT NULL,
  object_id uuid NOT NULL,
  reference text,
  published_at timestamptz
);
CREATE INDEX events_feed ON events(organisation_id, published_at, id);
CREATE INDEX events_unpublished ON events(id) WHERE published_at IS NULL;
CREATE TABLE event_clock (
  id integer PRIMARY KEY,
  last_micros bigint NOT NULL
);
INSERT INTO event_clock (id, last_micros) VALUES (1, 0);
CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  url text NOT NULL,
  event_types text NOT NULL CHECK (event_types <> ''),
  enabled boolean NOT NULL,
  secret text NOT NULL,
  previous_secret text,
  previous_until timestamptz,
  failures integer NOT NULL CHECK (failures >= 0),
  due_at timestamptz NOT NULL,
  leased_until timestamptz,
  created_by uuid NOT NULL REFERENCES people(id),
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX webhook_endpoints_organisation ON webhook_endpoints(organisation_id, id);
CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES webhook_endpoints(id),
  organisation_id uuid NOT NULL REFERENCES organisations(id),
  event_id uuid REFERENCES events(id),
  event_type text NOT NULL,
  body text NOT NULL,
  status text NOT NULL CHECK (status IN ('pending','delivered','parked')),
  queued_at timestamptz NOT NULL,
  give_up_at timestamptz NOT NULL,
  attempts integer NOT NULL CHECK (attempts >= 0),
  answered integer,
  last_error text,
  tried_at timestamptz,
  version bigint NOT NULL
);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries(endpoint_id, id);
CREATE INDEX webhook_deliveries_status ON webhook_deliveries(endpoint_id, status, id);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries(endpoint_id, queued_at, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_delivered ON webhook_deliveries(queued_at) WHERE status = 'delivered';

DROP TABLE webhook_deliveries;
DROP TABLE webhook_endpoints;
DROP TABLE event_clock;
DROP TABLE events;

-- One that was released is never changed; another is added.
--
-- Keys are text of collation "C": compared byte by byte, so in the order of their UTF-8, and the same on every machine.
-- deal_log and ledger grow without end, so they are partitioned: smaller indexes, vacuumed and copied in parallel.
-- By HASH, not LIST: how many shards there are is the silos' setting, and a partition that has to be made when a shard
-- first writes would lock the table under load. Eight: enough to share out, few enough for a statement's locks to stay
-- on PostgreSQL's fast path.
-- event_ids is apart from deal_log, because an index that is unique across shards can't be on a table partitioned by
-- shard. It keeps 16 bytes of the content's hash, for good, even should the log be shortened one day.
-- catalog_latest: so that a list reads each document once, not each version.
-- recorded_ms: milliseconds since 1970-01-01 UTC. checksum: CRC-32C over the record's columns.

CREATE TABLE commission.deal_log(
  shard integer NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  tenant text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  recorded_ms bigint NOT NULL,
  checksum integer NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (shard, number)) PARTITION BY HASH (shard);

CREATE TABLE commission.event_ids(
  tenant text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  shard integer NOT NULL,
  number bigint NOT NULL,
  content_hash bytea NOT NULL,
  PRIMARY KEY (tenant, event_id));

CREATE TABLE commission.ledger(
  account text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  checksum integer NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (account, sequence)) PARTITION BY HASH (account);

DO $$
BEGIN
  FOR i IN 0..7 LOOP
    EXECUTE format('CREATE TABLE commission.deal_log_%s PARTITION OF commission.deal_log
      FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i);
    EXECUTE format('CREATE TABLE commission.ledger_%s PARTITION OF commission.ledger
      FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i);
  END LOOP;
END $$;

-- Rewritten in place: room on each page keeps the new version beside the old one and out of the index.
CREATE TABLE commission.grain_state(
  name text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  checksum integer NOT NULL,
  state bytea,
  PRIMARY KEY (name, key)) WITH (fillfactor = 70);

CREATE TABLE commission.catalog(
  tenant text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  recorded_ms bigint NOT NULL,
  checksum integer NOT NULL,
  document bytea NOT NULL,
  PRIMARY KEY (tenant, sequence),
  UNIQUE (tenant, kind, id, version));

CREATE TABLE commission.catalog_latest(
  tenant text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (tenant, kind, id)) WITH (fillfactor = 70);

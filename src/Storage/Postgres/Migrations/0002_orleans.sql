-- One that was released is never changed; another is added.
--
-- What the ADO.NET providers of the cluster build need: Orleans' membership, reminders and the states of its own
-- grains. They read all of their statements from orleansquery, by the keys below, and give the parameters that are
-- written with @; parameters that a statement does not need may be left out. Only orleansquery is looked for by the
-- search path, so every statement names its tables in full.
--
-- Nothing of ours is in here: the log, the ledger, the documents and our grains' states are in the schema commission.
-- An empty schema is as good as a full one: all of it comes back when the silos start, except for reminders, of which
-- no grain of ours has any.

CREATE SCHEMA commission_orleans;

CREATE TABLE commission_orleans.orleansquery(
  querykey text COLLATE "C" PRIMARY KEY,
  querytext text NOT NULL);

-- One row for each cluster: the version that every change of its members must know, and raises by one.
CREATE TABLE commission_orleans.membership_version(
  deployment_id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp());

-- Rewritten every few seconds: room on each page keeps the new version beside the old one.
CREATE TABLE commission_orleans.membership(
  deployment_id text COLLATE "C" NOT NULL
    REFERENCES commission_orleans.membership_version ON DELETE CASCADE,
  address text COLLATE "C" NOT NULL,
  port integer NOT NULL,
  generation integer NOT NULL,
  silo_name text NOT NULL,
  host_name text NOT NULL,
  status integer NOT NULL,
  proxy_port integer,
  suspect_times text,
  start_time timestamptz NOT NULL,
  alive_time timestamptz NOT NULL,
  PRIMARY KEY (deployment_id, address, port, generation)) WITH (fillfactor = 50);

CREATE TABLE commission_orleans.grain_state(
  service_id text COLLATE "C" NOT NULL,
  grain_type text COLLATE "C" NOT NULL,
  n0 bigint NOT NULL,
  n1 bigint NOT NULL,
  extension text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  payload bytea,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (service_id, grain_type, n0, n1, extension)) WITH (fillfactor = 70);

CREATE TABLE commission_orleans.reminder(
  service_id text COLLATE "C" NOT NULL,
  grain_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  start_time timestamptz NOT NULL,
  period_ms bigint NOT NULL,
  grain_hash integer NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (service_id, grain_id, name));

CREATE INDEX reminder_by_hash ON commission_orleans.reminder(service_id, grain_hash);

-- A change of members is one statement: the version and the member change together or not at all. Of two changes that
-- knew the same version, the second waits for the first one's row, and then finds another version there. It answers
-- how many members it changed: 0 refuses.
INSERT INTO commission_orleans.orleansquery(querykey, querytext) VALUES
('InsertMembershipVersionKey', $sql$
WITH added AS (
  INSERT INTO commission_orleans.membership_version(deployment_id) VALUES(@DeploymentId)
  ON CONFLICT DO NOTHING
  RETURNING 1)
SELECT count(*)::integer FROM added
$sql$),
('InsertMembershipKey', $sql$
WITH moved AS (
  UPDATE commission_orleans.membership_version
  SET version = version + 1, changed_at = clock_timestamp()
  WHERE deployment_id = @DeploymentId AND version = @Version AND NOT EXISTS (
    SELECT FROM commission_orleans.membership
    WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
  RETURNING deployment_id),
added AS (
  INSERT INTO commission_orleans.membership(
    deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
  SELECT deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime,
    @IAmAliveTime
  FROM moved
  RETURNING 1)
SELECT count(*)::integer FROM added
$sql$),
('UpdateMembershipKey', $sql$
WITH moved AS (
  UPDATE commission_orleans.membership_version
  SET version = version + 1, changed_at = clock_timestamp()
  WHERE deployment_id = @DeploymentId AND version = @Version AND EXISTS (
    SELECT FROM commission_orleans.membership
    WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
  RETURNING deployment_id),
changed AS (
  UPDATE commission_orleans.membership AS member
  SET status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime
  FROM moved
  WHERE member.deployment_id = moved.deployment_id
    AND member.address = @Address AND member.port = @Port AND member.generation = @Generation
  RETURNING 1)
SELECT count(*)::integer FROM changed
$sql$),
('UpdateIAmAlivetimeKey', $sql$
UPDATE commission_orleans.membership SET alive_time = @IAmAliveTime
WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$sql$),
-- The version is answered also where there is no such member.
('MembershipReadRowKey', $sql$
SELECT known.deployment_id AS DeploymentId, address AS Address, port AS Port, generation AS Generation,
  silo_name AS SiloName, host_name AS HostName, status AS Status, proxy_port AS ProxyPort,
  suspect_times AS SuspectTimes, start_time AS StartTime, alive_time AS IAmAliveTime, known.version AS Version
FROM commission_orleans.membership_version AS known
LEFT JOIN commission_orleans.membership AS member ON member.deployment_id = known.deployment_id
  AND address = @Address AND port = @Port AND generation = @Generation
WHERE known.deployment_id = @DeploymentId
$sql$),
('MembershipReadAllKey', $sql$
SELECT known.deployment_id AS DeploymentId, address AS Address, port AS Port, generation AS Generation,
  silo_name AS SiloName, host_name AS HostName, status AS Status, proxy_port AS ProxyPort,
  suspect_times AS SuspectTimes, start_time AS StartTime, alive_time AS IAmAliveTime, known.version AS Version
FROM commission_orleans.membership_version AS known
LEFT JOIN commission_orleans.membership AS member ON member.deployment_id = known.deployment_id
WHERE known.deployment_id = @DeploymentId
$sql$),
('GatewaysQueryKey', $sql$
SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation
FROM commission_orleans.membership
WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0
$sql$),
-- 3: active. Others that have not said for long that they are alive never will.
('CleanupDefunctSiloEntriesKey', $sql$
DELETE FROM commission_orleans.membership
WHERE deployment_id = @DeploymentId AND status <> 3 AND alive_time < @IAmAliveTime
$sql$),
('DeleteMembershipTableEntriesKey', $sql$
DELETE FROM commission_orleans.membership_version WHERE deployment_id = @DeploymentId
$sql$);

-- The version that is answered equals the one that was given where nothing was written: a conflict. The hashes that
-- the provider gives as well are not needed; the whole name is the key.
INSERT INTO commission_orleans.orleansquery(querykey, querytext) VALUES
('ReadFromStorageKey', $sql$
SELECT payload AS PayloadBinary, version AS Version
FROM commission_orleans.grain_state
WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
  AND extension = coalesce(@GrainIdExtensionString, '')
$sql$),
('WriteToStorageKey', $sql$
WITH added AS (
  INSERT INTO commission_orleans.grain_state(service_id, grain_type, n0, n1, extension, version, payload)
  SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), 1,
    @PayloadBinary
  WHERE @GrainStateVersion IS NULL
  ON CONFLICT DO NOTHING
  RETURNING version),
changed AS (
  UPDATE commission_orleans.grain_state
  SET payload = @PayloadBinary, version = version + 1, changed_at = clock_timestamp()
  WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
    AND extension = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
  RETURNING version)
SELECT coalesce((SELECT version FROM added), (SELECT version FROM changed), @GrainStateVersion)
  AS NewGrainStateVersion
$sql$),
('ClearStorageKey', $sql$
UPDATE commission_orleans.grain_state
SET payload = NULL, version = version + 1, changed_at = clock_timestamp()
WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
  AND extension = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
RETURNING version AS NewGrainStateVersion
$sql$),
('DeleteStorageKey', $sql$
DELETE FROM commission_orleans.grain_state
WHERE service_id = @ServiceId AND grain_type = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
  AND extension = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
RETURNING version + 1 AS NewGrainStateVersion
$sql$);

INSERT INTO commission_orleans.orleansquery(querykey, querytext) VALUES
('UpsertReminderRowKey', $sql$
INSERT INTO commission_orleans.reminder(service_id, grain_id, name, start_time, period_ms, grain_hash, version)
VALUES(@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
ON CONFLICT (service_id, grain_id, name) DO UPDATE SET start_time = excluded.start_time,
  period_ms = excluded.period_ms, grain_hash = excluded.grain_hash, version = reminder.version + 1
RETURNING version AS Version
$sql$),
('ReadReminderRowsKey', $sql$
SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period_ms AS Period, version AS Version
FROM commission_orleans.reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId
$sql$),
('ReadReminderRowKey', $sql$
SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period_ms AS Period, version AS Version
FROM commission_orleans.reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName
$sql$),
-- A range of the ring of hashes: its beginning does not belong to it, its end does. The second is one that goes over
-- the ring's seam, or all of it.
('ReadRangeRows1Key', $sql$
SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period_ms AS Period, version AS Version
FROM commission_orleans.reminder
WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
$sql$),
('ReadRangeRows2Key', $sql$
SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period_ms AS Period, version AS Version
FROM commission_orleans.reminder
WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
$sql$),
('DeleteReminderRowKey', $sql$
WITH deleted AS (
  DELETE FROM commission_orleans.reminder
  WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName AND version = @Version
  RETURNING 1)
SELECT count(*)::integer FROM deleted
$sql$),
('DeleteReminderRowsKey', $sql$
DELETE FROM commission_orleans.reminder WHERE service_id = @ServiceId
$sql$);

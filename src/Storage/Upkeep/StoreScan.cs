using System.Globalization;

namespace Commission.Storage.Upkeep;

/// <summary>
/// Goes through a whole store once and reports everything that is wrong with it: records that do not match their
/// checksums, gaps in numbers, event ids and records that do not belong together, latest versions that are not.
/// </summary>
/// <param name="store">What to go through.</param>
/// <param name="report">Told of every problem.</param>
/// <param name="sink">Given every record; null: nobody is.</param>
/// <param name="ct">Abandons the scan.</param>
internal sealed class StoreScan(
    IStoreSnapshot store, Action<StoreProblem> report, IRecordSink? sink, CancellationToken ct)
{
    private const string Mismatch = "the record does not match its checksum";
    private readonly Numbering<int> _shards = new("deal_log", Shard, report);
    private readonly Numbering<string> _accounts = new("ledger", account => $"account {account}", report);
    private readonly Numbering<string> _tenants = new("catalog", tenant => $"tenant {tenant}", report);
    private long _events;
    private long _entries;
    private long _states;
    private long _documents;

    /// <summary>Does it.</summary>
    /// <param name="pages">Whether the database's own pages and indexes are looked at as well.</param>
    public StoreCounts Run(bool pages)
    {
        if (pages)
        {
            Each("database", () => store.BrokenPages(ct), report);
        }

        Each("deal_log", store.Events, Take);
        Each("event_ids", store.StrayEventIds, report);
        Each("ledger", store.Entries, Take);
        Each("grain_state", store.States, Take);
        Each("catalog", store.Documents, Take);
        ScanVersions();
        Each("database", store.StrayRows, report);
        return new(_shards.Owners, _events, _accounts.Owners, _entries, _states, _tenants.Owners, _documents);
    }

    private static string Shard(int shard) => string.Create(CultureInfo.InvariantCulture, $"shard {shard}");

    private static string Describe(LogPosition position) =>
        string.Create(CultureInfo.InvariantCulture, $"shard {position.Shard}, number {position.Number}");

    /// <summary>Damage ends the reading of this table, and of no other.</summary>
    private void Each<T>(string table, Func<IEnumerable<T>> rows, Action<T> take)
    {
        try
        {
            foreach (var row in rows())
            {
                ct.ThrowIfCancellationRequested();
                take(row);
            }
        }
        catch (Exception damage) when (store.IsDamage(damage))
        {
            store.GoOn();
            report(new(table, "", 0, $"it cannot be read any further: {damage.Message}"));
        }
    }

    private void Take(LoggedEvent logged)
    {
        _events++;
        var record = logged.Event;
        var place = _shards.Next(record.Shard, record.Number);
        var checksum = Checksums.OfLog(
            record.Shard, record.Number, record.Tenant, record.EventId, record.RecordedMs, record.Payload);
        if (record.Checksum != checksum)
        {
            report(new("deal_log", place, record.Number, Mismatch));
        }

        if (WrongEventId(logged) is { } wrong)
        {
            report(new("event_ids", place, record.Number, wrong));
        }

        sink?.Add(record);
    }

    private static string? WrongEventId(LoggedEvent logged)
    {
        var record = logged.Event;
        if (logged.First is not { } first)
        {
            return $"the record's event id {record.Tenant}/{record.EventId} is missing";
        }

        if (first != new LogPosition(record.Shard, record.Number))
        {
            return $"the record's event id {record.Tenant}/{record.EventId} belongs to {Describe(first)}";
        }

        return record.ContentHash.Length == StoredEvent.ContentHashBytes
            ? null
            : $"the event id {record.Tenant}/{record.EventId} has no content hash of 16 bytes";
    }

    private void Take(StoredEntry record)
    {
        _entries++;
        var place = _accounts.Next(record.Account, record.Sequence);
        if (record.Checksum != Checksums.OfLedger(record.Account, record.Sequence, record.Payload))
        {
            report(new("ledger", place, record.Sequence, Mismatch));
        }

        sink?.Add(record);
    }

    private void Take(StoredState record)
    {
        _states++;
        var checksum = record.State is null
            ? 0
            : Checksums.OfState(record.Name, record.Key, record.Version, record.State);
        if (record.Checksum != checksum || record.Version < 1)
        {
            report(new("grain_state", $"state {record.Name}/{record.Key}", record.Version, Mismatch));
        }

        sink?.Add(record);
    }

    private void Take(StoredDocument record)
    {
        _documents++;
        _tenants.Next(record.Tenant, record.Sequence);
        var entry = new CatalogEntry(
            record.Tenant, record.Kind, record.Id, record.Version, record.Sequence, record.Document, default);
        if (record.Checksum != Checksums.OfDocument(entry, record.RecordedMs))
        {
            var place = $"document {record.Tenant}/{record.Kind}/{record.Id}";
            report(new("catalog", place, record.Version, Mismatch));
        }

        sink?.Add(record);
    }

    /// <summary>Each document's versions have no gaps, and the list of latest versions names the last.</summary>
    private void ScanVersions()
    {
        var documents = new Numbering<(string, string, string)>(
            "catalog", key => $"document {key.Item1}/{key.Item2}/{key.Item3}", report);
        DocumentVersion? last = null;
        Each("catalog", store.Versions, version =>
        {
            if (last is { } before && !before.IsOfSame(version))
            {
                CheckLatest(before);
            }

            documents.Next((version.Tenant, version.Kind, version.Id), version.Version);
            last = version;
        });
        if (last is { } end)
        {
            CheckLatest(end);
        }
    }

    private void CheckLatest(DocumentVersion last)
    {
        if (last.LatestSequence != last.Sequence)
        {
            var named = last.LatestSequence is { } sequence
                ? string.Create(CultureInfo.InvariantCulture, $"number {sequence} of its tenant")
                : "none";
            var what = string.Create(
                CultureInfo.InvariantCulture,
                $"the latest version is number {last.Sequence} of its tenant, and the list names {named}");
            report(new("catalog_latest", last.Place, last.Version, what));
        }
    }
}

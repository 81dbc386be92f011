using System.Globalization;
using System.Runtime.InteropServices;

namespace Commission.Storage.Sqlite;

/// <summary>Writes and clears states. A cleared one leaves its version behind, so that no etag comes twice.</summary>
internal sealed class GrainStateWriter(PreparedConnection connection)
{
    private readonly Statement _find = connection.Prepare(
        "SELECT version, state IS NULL FROM grain_state WHERE name = ? AND key = ?");

    private readonly Statement _put = connection.Prepare("""
        INSERT INTO grain_state VALUES(?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET version = excluded.version, checksum = excluded.checksum, state = excluded.state
        """);

    public StateWriteResult Write(string name, string key, string? etag, ReadOnlyMemory<byte> state)
    {
        var (version, actual) = Find(name, key);
        if (actual != etag)
        {
            return new StateWriteResult.Conflict(actual);
        }

        var checksum = Checksums.OfState(name, key, version + 1, state.Span);
        _put.Bind(name).Bind(key).Bind(version + 1).Bind(checksum).Bind(state.Span).Run();
        return new StateWriteResult.Written(Etag(version + 1));
    }

    public StateWriteResult Clear(string name, string key, string? etag)
    {
        var (version, actual) = Find(name, key);
        if (actual != etag)
        {
            return new StateWriteResult.Conflict(actual);
        }

        if (actual is not null)
        {
            _put.Bind(name).Bind(key).Bind(version + 1).Bind(0).BindNull().Run();
        }

        return new StateWriteResult.Written(null);
    }

    public static string Etag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private Current Find(string name, string key)
    {
        var exists = _find.Bind(name).Bind(key).Step();
        var version = exists ? _find.Int64(0) : 0;
        var isCleared = !exists || _find.Int64(1) != 0;
        _find.Reset();
        return new(version, isCleared ? null : Etag(version));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Current(long Version, string? Etag);
}

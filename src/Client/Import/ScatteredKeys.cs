using System.Security.Cryptography;
using System.Text;

namespace Commission.Client.Import;

/// <summary>
/// Finds deals whose rows do not stand next to each other, before any of their rows is sent: half of such a deal would
/// be credited as if it were the whole.
/// </summary>
internal static class ScatteredKeys
{
    public static HashSet<string> Find(string path, Mapping mapping)
    {
        using var csv = new CsvRows(path, mapping.Csv);
        var at = csv.IndexOf(mapping.Group!);
        var scattered = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<UInt128>();
        string? last = null;
        foreach (var row in at < 0 ? [] : csv.Rows().Where(row => row.Problem is null))
        {
            var key = row.Cells[at];
            if (key != last && !seen.Add(Fingerprint(key)))
            {
                scattered.Add(key);
            }

            last = key;
        }

        return scattered;
    }

    // 128 bits of a hash in place of the key: no two of a billion keys share one.
    private static UInt128 Fingerprint(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}

using System.Text.Json;

namespace Commission.Client.Import;

/// <summary>How far an import came, as its state file says.</summary>
/// <param name="ThroughLine">All lines up to this one are done.</param>
/// <param name="Digest">Over all that is done: it tells whether the file and mapping are still the same.</param>
/// <param name="Progress">The counts so far.</param>
/// <param name="Refusals">So far.</param>
/// <param name="Positions">The highest event of each shard so far.</param>
internal sealed record ImportState(
    long ThroughLine,
    string Digest,
    ImportProgress Progress,
    IReadOnlyList<RowRefusal> Refusals,
    IReadOnlyDictionary<int, long> Positions)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>The state in a file; null where there is none that can be read: then all is sent again.</summary>
    public static ImportState? Load(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ImportState>(File.ReadAllText(path)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the file so that a crash leaves either the old or the new one, whole.</summary>
    public void Save(string path)
    {
        var next = path + ".next";
        using (var file = File.Create(next))
        {
            JsonSerializer.Serialize(file, this, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}

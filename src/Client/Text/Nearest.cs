namespace Commission.Client.Text;

/// <summary>Finds the name that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>" Did you mean 'x'?" for the candidate with the fewest edits, or nothing where none is near.</summary>
    public static string Hint(string written, IEnumerable<string> candidates)
    {
        var best = candidates
            .Select(candidate => (candidate, edits: Edits(written.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .OrderBy(entry => entry.edits)
            .FirstOrDefault();
        return best.candidate is not null && best.edits <= Math.Max(2, written.Length / 3)
            ? $" Did you mean '{best.candidate}'?"
            : "";
    }

    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}

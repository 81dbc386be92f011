namespace Commission.Engine;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Nearest
{
    // Bounds on work for hostile documents: longer words, and words after so many, are not compared.
    private const int LengthMax = 64;
    private const int WordsMax = 200;

    /// <summary>The valid word with the least edits from what was written, the first of several, or null.</summary>
    public static string? To(string written, IEnumerable<string> valid)
    {
        var lower = written.Trim().ToLowerInvariant();
        return lower.Length > LengthMax
            ? null
            : valid.Where(word => word.Length <= LengthMax).Take(WordsMax)
                .MinBy(word => Distance(lower, word.ToLowerInvariant()));
    }

    // A part of a word is nearer to it than its length says: balance to draw-balance.
    private static int Distance(string written, string word)
    {
        const int PartMin = 3;
        var part = (written.Length >= PartMin && word.Contains(written, StringComparison.Ordinal))
            || (word.Length >= PartMin && written.Contains(word, StringComparison.Ordinal));
        return part ? Math.Min(2, Edits(written, word)) : Edits(written, word);
    }

    /// <summary>Insertions, deletions, replacements, and exchanges of neighbours, each counted once.</summary>
    public static int Edits(string from, string to)
    {
        var (before, last, row) = (new int[to.Length + 1], new int[to.Length + 1], new int[to.Length + 1]);
        for (var j = 0; j <= to.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= from.Length; i++)
        {
            (before, last, row) = (last, row, before);
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
        }

        return row[to.Length];
    }
}

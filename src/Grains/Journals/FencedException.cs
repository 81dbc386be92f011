namespace Commission.Grains.Journals;

/// <summary>
/// Another activation wrote to this journal: what this one holds in memory is out of date and was dropped.
/// </summary>
/// <param name="journal">Which journal.</param>
/// <param name="expected">Where this activation believed it to end.</param>
/// <param name="actual">Where it ends.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design", "CA1032", Justification = "Without its place it says nothing.")]
public sealed class FencedException(string journal, long expected, long actual)
    : Exception($"Another writer appended to {journal}: expected it to end at {expected}, it ends at {actual}.");

namespace Commission.Hostile.Tests.Fuzzing;

/// <summary>What came of one input.</summary>
/// <param name="Answer">In a word, for the counts.</param>
/// <param name="Fault">What should not be so; null: all is well.</param>
internal sealed record Outcome(string Answer, string? Fault = null);

/// <summary>What an input was, for whoever has to find out why it did harm.</summary>
internal sealed class Note
{
    private const int Shown = 3000;

    /// <summary>The input, as far as it is not too long.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Notes a request by what it is to and its bytes.</summary>
    public void Describe(string what, ReadOnlySpan<byte> bytes)
    {
        var shown = bytes[..Math.Min(bytes.Length, Shown)];
        Text = $"{what} {bytes.Length} bytes: {Convert.ToHexString(shown)}";
    }
}

/// <summary>Inputs of one kind.</summary>
internal interface IFamily
{
    /// <summary>For the counts.</summary>
    string Name { get; }

    /// <summary>How many of a thousand inputs are of this kind, roughly.</summary>
    int Weight { get; }

    /// <summary>Sends one input, the same for the same random numbers, and judges the answer.</summary>
    Task<Outcome> RunAsync(Random random, Note note, CancellationToken patience);
}

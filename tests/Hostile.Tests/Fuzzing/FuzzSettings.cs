using System.Globalization;

namespace Commission.Hostile.Tests.Fuzzing;

/// <summary>How much is sent, and what: by the environment.</summary>
internal static class FuzzSettings
{
    /// <summary>COMMISSION_FUZZ_INPUTS: how many inputs; 50,000 unless said otherwise.</summary>
    public static int Inputs => Read("COMMISSION_FUZZ_INPUTS") ?? 50_000;

    /// <summary>COMMISSION_FUZZ_SEED: a run has the same inputs as another of the same seed.</summary>
    public static int Seed => Read("COMMISSION_FUZZ_SEED") ?? 20_261_122;

    /// <summary>COMMISSION_FUZZ_INPUT: only this one of the run, which a failure printed.</summary>
    public static int? Only => Read("COMMISSION_FUZZ_INPUT");

    private static int? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : null;
}

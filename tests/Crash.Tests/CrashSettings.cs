using System.Globalization;

namespace Commission.Crash.Tests;

/// <summary>What the environment may set: how much is done, and which schedule is replayed.</summary>
internal static class CrashSettings
{
    /// <summary>SIGKILLs on each store: COMMISSION_CRASHES.</summary>
    public static int Crashes { get; } = Read("COMMISSION_CRASHES", 50);

    /// <summary>The first schedule's seed: COMMISSION_CRASH_SEED.</summary>
    public static int Seed { get; } = Read("COMMISSION_CRASH_SEED", 1);

    /// <summary>How long PostgreSQL is gone: COMMISSION_OUTAGE_SECONDS.</summary>
    public static TimeSpan Outage { get; } = TimeSpan.FromSeconds(Read("COMMISSION_OUTAGE_SECONDS", 10));

    private static int Read(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}

using System.Globalization;

namespace Commission.Orleans.Tests;

/// <summary>What the environment may set: how much is done, and which schedule is replayed.</summary>
internal static class TrialSettings
{
    /// <summary>Silos killed in one cluster before its figures are compared.</summary>
    public const int KillsOfOne = 3;

    /// <summary>Silos killed in the tests' own process: COMMISSION_CLUSTER_KILLS.</summary>
    public static int Kills { get; } = Read("COMMISSION_CLUSTER_KILLS", 6);

    /// <summary>SIGKILLs of silos on one database.</summary>
    public const int CrashesOfOne = 10;

    /// <summary>SIGKILLs of silos on PostgreSQL: COMMISSION_CLUSTER_CRASHES.</summary>
    public static int Crashes { get; } = Read("COMMISSION_CLUSTER_CRASHES", 4);

    /// <summary>Partitions of each kind: COMMISSION_CLUSTER_PARTITIONS.</summary>
    public static int Partitions { get; } = Read("COMMISSION_CLUSTER_PARTITIONS", 1);

    /// <summary>The first schedule's seed: COMMISSION_CLUSTER_SEED.</summary>
    public static int Seed { get; } = Read("COMMISSION_CLUSTER_SEED", 1);

    private static int Read(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}

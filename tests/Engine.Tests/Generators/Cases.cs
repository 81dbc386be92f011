using System.Globalization;

namespace Commission.Engine.Tests.Generators;

/// <summary>How many random cases the tests run, and which.</summary>
internal static class Cases
{
    private const int Default = 100_000;

    /// <summary>Random worlds over all properties together: 100,000, or what COMMISSION_CASES says.</summary>
    public static int Total => Read("COMMISSION_CASES") ?? Default;

    /// <summary>Cases of a test that is not about worlds: a fiftieth of <see cref="Total"/>.</summary>
    public static int Count => Math.Max(1, Total / 50);

    /// <summary>The seed of the one world to run, from COMMISSION_SEED; null: many.</summary>
    public static int? Seed => Read("COMMISSION_SEED");

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}

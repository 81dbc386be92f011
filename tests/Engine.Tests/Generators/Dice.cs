using System.Globalization;

namespace Commission.Engine.Tests.Generators;

/// <summary>Random choices, the same for the same seed.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    public bool Chance(int percent) => _random.Next(100) < percent;

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both inclusive.</summary>
    public int Between(int least, int most) => _random.Next(least, most + 1);

    public T Pick<T>(params IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    /// <summary>A percentage with so many places, as the format writes it.</summary>
    public string Percent(int least, int most, int places = 0) =>
        Text(Between(least, most) / Power(places)) + "%";

    public static string Text(decimal number) =>
        number.ToString("0.############################", CultureInfo.InvariantCulture);

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static decimal Power(int places) => places == 0 ? 1m : 10m * Power(places - 1);
}

namespace Commission.Engine;

/// <summary>Describes what a sum of money may come to.</summary>
internal static class Distributions
{
    private const decimal Tolerance = 0.000000000000000001m;
    private const decimal DeviationsOf95Percent = 1.96m;
    private const int MeanPlaces = 12;

    /// <summary>Of values with probabilities that add up to 1.</summary>
    public static Distribution Exact(IEnumerable<(decimal Value, decimal Probability)> values)
    {
        var ordered = values.ToList();
        if (!IsOrdered(ordered))
        {
            ordered.Sort((left, right) => left.Value.CompareTo(right.Value));
        }

        var total = ordered.Sum(entry => entry.Probability);
        if (Math.Abs(total - 1m) > Tolerance)
        {
            throw new InvalidOperationException($"The probabilities add up to {total}.");
        }

        return new Distribution(
            IsExact: true,
            Mean(ordered),
            StandardError: 0m,
            At(ordered, 0.1m),
            At(ordered, 0.5m),
            At(ordered, 0.9m),
            ordered[0].Value,
            ordered[^1].Value,
            Samples: 0);
    }

    /// <summary>Of samples, which it sorts.</summary>
    public static Distribution Sampled(decimal[] samples)
    {
        Array.Sort(samples);
        var sum = Engine.Exact.Zero;
        foreach (var sample in samples)
        {
            sum += sample;
        }

        var mean = (sum / samples.Length).Round(MeanPlaces, RoundingRule.HalfEven);
        return new Distribution(
            IsExact: false,
            mean,
            StandardError(samples, mean),
            At(samples, 0.1m),
            At(samples, 0.5m),
            At(samples, 0.9m),
            samples[0],
            samples[^1],
            samples.Length);
    }

    private static bool IsOrdered(List<(decimal Value, decimal Probability)> values)
    {
        for (var i = 1; i < values.Count; i++)
        {
            if (values[i - 1].Value > values[i].Value)
            {
                return false;
            }
        }

        return true;
    }

    private static decimal Mean(List<(decimal Value, decimal Probability)> values)
    {
        var mean = 0m;
        foreach (var (value, probability) in values)
        {
            mean += value * probability;
        }

        return decimal.Round(mean, MeanPlaces);
    }

    private static Percentile At(List<(decimal Value, decimal Probability)> values, decimal share)
    {
        var sum = 0m;
        foreach (var (value, probability) in values)
        {
            sum += probability;
            if (sum >= share - Tolerance)
            {
                return new Percentile(value, value, value);
            }
        }

        throw new InvalidOperationException($"The probabilities add up to {sum}.");
    }

    // The number of samples at or below a percentile is binomial.
    private static Percentile At(decimal[] samples, decimal share)
    {
        var rank = samples.Length * share;
        var width = DeviationsOf95Percent * SquareRoot.Of(rank * (1m - share));
        return new Percentile(
            Ranked(decimal.Ceiling(rank)),
            Ranked(decimal.Floor(rank - width)),
            Ranked(decimal.Ceiling(rank + width) + 1m));

        decimal Ranked(decimal place) => samples[(int)Math.Clamp(place, 1m, samples.Length) - 1];
    }

    // Deviations are scaled to at most 1, so that no square overflows.
    private static decimal StandardError(decimal[] samples, decimal mean)
    {
        var scale = Math.Max(Math.Abs(samples[0] - mean), Math.Abs(samples[^1] - mean));
        if (scale == 0m)
        {
            return 0m;
        }

        var squares = 0m;
        foreach (var sample in samples)
        {
            var deviation = (sample - mean) / scale;
            squares += deviation * deviation;
        }

        return scale * SquareRoot.Of(squares / (samples.Length - 1m) / samples.Length);
    }
}

/// <summary>Square roots of decimals.</summary>
internal static class SquareRoot
{
    /// <summary>Of a number from 0 on, to 14 places or better.</summary>
    public static decimal Of(decimal square)
    {
        const decimal Enough = 0.000000000000001m;
        var root = Math.Max(square, 1m);
        while (square > 0m)
        {
            var next = (root + (square / root)) / 2m;
            if (Math.Abs(root - next) <= Enough)
            {
                return next;
            }

            root = next;
        }

        return 0m;
    }
}

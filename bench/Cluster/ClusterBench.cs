using System.Collections.Concurrent;
using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;

namespace Commission.Cluster;

/// <summary>Runs all setups in turn, several times; prints medians, and ratios to what bounds them.</summary>
/// <param name="postgres">Where databases are created.</param>
/// <param name="events">Of each measurement.</param>
internal sealed class ClusterBench(string postgres, int events)
{
    private const int Callers = 64;
    private const int Probes = 200;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);

    /// <summary>Measures and prints.</summary>
    public async Task RunAsync(IReadOnlyList<Setup> setups, int rounds)
    {
        var figures = new Dictionary<(string Setup, string What), List<double>>();
        for (var round = 0; round < rounds; round++)
        {
            Add(figures, "empty grain", "calls/s", await EmptyCalls.MeasureAsync(Callers, Length));
            foreach (var setup in setups)
            {
                await MeasureAsync(setup, (what, value) => Add(figures, setup.Name, what, value));
            }
        }

        Print(figures);
    }

    private static void Add(
        Dictionary<(string Setup, string What), List<double>> figures, string setup, string what, double value)
    {
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{setup}, {what}: {value:0.0}"));
        if (!figures.TryGetValue((setup, what), out var values))
        {
            figures.Add((setup, what), values = []);
        }

        values.Add(value);
    }

    private static void Print(Dictionary<(string Setup, string What), List<double>> figures)
    {
        var empty = Median(figures[("empty grain", "calls/s")]);
        Console.WriteLine("| setup | what | least | median | most | of the default build | of empty grain calls |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var ((setup, what), values) in figures)
        {
            var median = Median(values);
            var of = figures.TryGetValue(("default build", what), out var own) ? Ratio(median / Median(own)) : "";
            var ofEmpty = what.EndsWith("/s", StringComparison.Ordinal) ? Ratio(median / empty) : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {setup} | {what} | {values.Min():0.0} | {median:0.0} | {values.Max():0.0} | {of} | {ofEmpty} |"));
        }
    }

    private static string Ratio(double ratio) => ratio.ToString("0.000", CultureInfo.InvariantCulture);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private async Task MeasureAsync(Setup setup, Action<string, double> add)
    {
        await using var silos = await SiloSet.StartAsync(setup, postgres);
        var companies = silos.Channels.Select(Deals.Of).ToList();
        await companies[0].PutAsync();
        await RecordAsync(companies, new("warm"));
        await AskAsync(companies, TimeSpan.FromSeconds(2));

        var alone = new ConcurrentBag<double>();
        await ProbeAsync(companies, new("alone", Probe: alone), CancellationToken.None);
        add("ms until an event is credited, alone", Median([.. alone]));
        var used = silos.Processor;
        var (even, hot) = (new ConcurrentBag<double>(), new ConcurrentBag<double>());
        var rate = await RecordAsync(companies, new("even"));
        add("events/s", rate);
        add("processor ms/event", (silos.Processor - used).TotalMilliseconds / events);
        add("estimates/s", await AskAsync(companies, Length));
        add("events/s, hot", await RecordAsync(companies, new("hot", IsHot: true)));
        await RecordAsync(companies, new("beside-even", false, rate / 2, even));
        await RecordAsync(companies, new("beside-hot", true, rate / 2, hot));
        add("ms until others' events are credited, half the load, even", Median([.. even]));
        add("ms until others' events are credited, half the load, hot", Median([.. hot]));
        var expected = (5L * events) + alone.Count + even.Count + hot.Count;
        var counted = await companies[^1].CountAsync();
        if (counted != expected)
        {
            throw new InvalidOperationException($"{expected} deals were recorded, the territories have {counted}.");
        }
    }

    /// <summary>Events a second, from the first that is sent to the last that is credited.</summary>
    private async Task<double> RecordAsync(List<Company> companies, Run run)
    {
        using var over = new CancellationTokenSource();
        var start = TimeProvider.System.GetTimestamp();
        var probing = run.Probe is null ? Task.CompletedTask : ProbeAsync(companies, run, over.Token);
        await Task.WhenAll(companies.Select((company, i) => company.RecordAsync(Events(run, i, companies.Count))));
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        await over.CancelAsync();
        await probing;
        return events / elapsed.TotalSeconds;
    }

    /// <summary>A part of the events, as fast as they are taken or at the run's rate.</summary>
    private async IAsyncEnumerable<RecordRequest> Events(Run run, int part, int parts)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var i = part; i < events; i += parts)
        {
            var early = TimeSpan.FromSeconds(i / run.Rate) - TimeProvider.System.GetElapsedTime(start);
            if (early > Step)
            {
                await Task.Delay(early);
            }

            yield return Deals.Event(run.Name, i, run.IsHot);
        }
    }

    /// <summary>How long single events take, of payees and territories that are not hot.</summary>
    private static async Task ProbeAsync(List<Company> companies, Run run, CancellationToken over)
    {
        for (var i = 0; i < Probes && !over.IsCancellationRequested; i++)
        {
            // Neither the first payee nor the first territory.
            var at = 1 + (i % (Deals.Territories - 1));
            var start = TimeProvider.System.GetTimestamp();
            var company = companies[i % companies.Count];
            var position = await company.RecordAsync(Deals.Event($"{run.Name}-probe{i}", at, run.IsHot));
            await company.EstimateAsync(at, position);
            run.Probe!.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    /// <summary>Estimates a second of payees in turn, asked of the silos in turn.</summary>
    private static async Task<double> AskAsync(List<Company> companies, TimeSpan length)
    {
        var start = TimeProvider.System.GetTimestamp();
        var calls = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var company = companies[caller % companies.Count];
            var count = 0L;
            for (var payee = caller; TimeProvider.System.GetElapsedTime(start) < length; count++, payee += 7)
            {
                var estimate = await company.EstimateAsync(payee % Deals.Payees);
                if (estimate.Rep != Company.Payee(payee % Deals.Payees))
                {
                    throw new InvalidOperationException($"Payee {payee} was answered as {estimate.Rep}.");
                }
            }

            return count;
        })));
        return calls.Sum() / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Events that are recorded together.</summary>
    /// <param name="Name">Part of their ids.</param>
    /// <param name="IsHot">Whether one payee and one territory get most.</param>
    /// <param name="Rate">Events a second; infinity: as fast as they are taken.</param>
    /// <param name="Probe">Gets the milliseconds of single events that are recorded meanwhile.</param>
    private sealed record Run(
        string Name,
        bool IsHot = false,
        double Rate = double.PositiveInfinity,
        ConcurrentBag<double>? Probe = null);
}

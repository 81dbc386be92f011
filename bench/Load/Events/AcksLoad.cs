using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Measuring;
using Commission.Load.Processes;

namespace Commission.Load.Events;

/// <summary>
/// How long acknowledgements take at half of the full load, which is measured just before: in turn events as fast as
/// they are taken, until they are credited, and events evenly by the clock. Counted from when each should have been
/// sent. The silo is a process of its own, on the sample company's documents.
/// </summary>
internal sealed class AcksLoad
{
    private const int Runs = 5;
    private static readonly string[] Groups = ["north-america", "europe", "pacific"];

    private readonly Sheet _sheet = new("acks");
    private readonly Company _company;
    private readonly PacedSender _sender;
    private int _run;
    private long _recorded;

    private AcksLoad(SiloProcess silo, PacedSender sender) =>
        (_company, _sender) = (new Company(silo.Channel, 0), sender);

    /// <summary>Runs, checks the totals and prints a table.</summary>
    /// <param name="count">Events of each run at full load, and of each at half.</param>
    /// <param name="rate">Events a second instead of half of the full load; 0: half.</param>
    public static async Task RunAsync(int count, int rate)
    {
        await using var silo = await SiloProcess.StartAsync(null, SiloProcess.Unlimited);
        await LoadSilo.PutDocumentsAsync(silo.Channel);
        using var sender = new PacedSender(silo.Address);
        var load = new AcksLoad(silo, sender);
        await load.SendAsync(count, double.PositiveInfinity);
        for (var run = 0; run < Runs; run++)
        {
            var full = await load.FullAsync(count);
            await load.EvenAsync(count, rate == 0 ? full / 2 : rate, silo);
        }

        await load.CheckAsync();
        load._sheet.ToReport().Publish();
    }

    private async Task<double> FullAsync(int count)
    {
        var (events, credited) = await SendAsync(count, double.PositiveInfinity);
        var rate = count / credited.TotalSeconds;
        _sheet.More("full load: acknowledged", "/s", events.Rate);
        _sheet.More("full load: credited", "/s", rate);
        return rate;
    }

    private async Task EvenAsync(int count, double rate, SiloProcess silo)
    {
        var (own, used) = (Environment.CpuUsage.TotalTime, silo.Usage().Processor);
        var (events, credited) = await SendAsync(count, rate);
        var acknowledgements = events.Acknowledgements();
        _sheet.More("half load: wanted", "/s", rate);
        _sheet.More("half load: acknowledged", "/s", events.Rate);
        _sheet.Less("half load: acknowledged within, p50", "ms", acknowledgements.Milliseconds(0.5));
        _sheet.Less("half load: acknowledged within, p99", "ms", acknowledgements.Milliseconds(0.99), goal: 50);
        _sheet.Less("half load: acknowledged within, at most", "ms", acknowledgements.Milliseconds(1));
        _sheet.Less("half load: sent too late by, p99", "ms", events.Lateness().Milliseconds(0.99));
        _sheet.Less("half load: all credited after the last acknowledgement", "ms",
            (credited - events.Took).TotalMilliseconds);
        _sheet.Less("half load: processors of the silo", "", (silo.Usage().Processor - used) / credited);
        _sheet.Less("half load: processors of the sender", "", (Environment.CpuUsage.TotalTime - own) / credited);
    }

    /// <summary>Sends; returns when all are credited, and after how long they were.</summary>
    private async Task<(PacedEvents Events, TimeSpan Credited)> SendAsync(int count, double rate)
    {
        var run = _run++;
        var events = new PacedEvents(count, rate, i =>
            EventsLoad.Event(string.Create(CultureInfo.InvariantCulture, $"A{run}-{i}"), i));
        await _sender.SendAsync(events);
        await Task.WhenAll(events.Last.Select(last => ViewAsync(Groups[0], last)));
        _recorded += count;
        return (events, TimeProvider.System.GetElapsedTime(events.Start));
    }

    private async Task CheckAsync()
    {
        var views = await Task.WhenAll(Groups.Select(group => ViewAsync(group, after: null)));
        var deals = views.Sum(view => view.All.Deals);
        Console.WriteLine(deals == _recorded
            ? $"Checked: the territories have all {deals} deals."
            : throw new InvalidOperationException($"{_recorded} deals were recorded, the territories have {deals}."));
    }

    private Task<TerritoryView> ViewAsync(string territory, Position? after) =>
        _company.CallAsync<GetTerritoryRequest, TerritoryView>(
            TerritoriesReflection.Descriptor, "Get", new GetTerritoryRequest { Territory = territory, After = after });
}

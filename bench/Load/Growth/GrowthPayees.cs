using Commission.Load.Measuring;

namespace Commission.Load.Growth;

/// <summary>
/// Whether an event's cost grows with the payees that a silo has, all active, at the same rate of events. A silo of
/// each size, a process of its own; the same events come to each in turn, evenly, one after another to every payee.
/// </summary>
/// <remarks>
/// The rate is well below what a silo can do: at its limit a silo with few payees would write more events of each in
/// one append. The processor time is what the silo takes for everything while the events come; the time is that of
/// single events among them, from sending one to the answer of a question that waits for it.
/// </remarks>
internal static class GrowthPayees
{
    private const int Rounds = 7;
    private const int Least = 100;
    private const string Single = "time until an event is credited";

    /// <summary>Runs, checks what payees were credited, and prints a table.</summary>
    /// <param name="most">Payees of the largest silo.</param>
    /// <param name="rate">Events a second.</param>
    /// <param name="seconds">For each size in each round.</param>
    public static async Task RunAsync(int most, int rate, int seconds)
    {
        var sizes = Curve.Sizes(Least, most);
        var silos = new List<PacedSilo>();
        try
        {
            foreach (var size in sizes)
            {
                silos.Add(await PacedSilo.StartAsync(size));
                await silos[^1].TakeAsync(rate, seconds);
            }

            var sheet = new Sheet(Curve.Payees.Report);
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var at in Curve.Turns(sizes.Count, round))
                {
                    await MeasureAsync(sheet, silos[at], sizes[at], rate, seconds);
                }
            }

            await Task.WhenAll(silos.Select(silo => silo.CheckAsync()));
            Curve.Payees.AddRatios(sheet, sizes, Single);
            Curve.Payees.AddRatios(sheet, sizes, Curve.Processor);
            sheet.ToReport().Publish();
        }
        finally
        {
            foreach (var silo in silos)
            {
                await silo.DisposeAsync();
            }
        }
    }

    private static async Task MeasureAsync(Sheet sheet, PacedSilo silo, int payees, int rate, int seconds)
    {
        var (reached, single, processor) = await silo.TakeAsync(rate, seconds);
        sheet.More(Curve.Payees.NameOf("events", payees), "/s", reached);
        sheet.Less(Curve.Payees.NameOf(Single, payees), "ms", single.TotalMilliseconds);
        sheet.Less(Curve.Payees.NameOf(Curve.Processor, payees), "µs", processor.TotalMicroseconds);
    }
}

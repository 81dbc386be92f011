using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Measuring;
using Commission.Load.Processes;

namespace Commission.Load.Growth;

/// <summary>
/// Whether an event's cost grows with the deals that its payee has in the window. One silo, a process of its own, has
/// payees of every size at once, so that the store, the memory that is collected and everything else is the same for
/// all, and only the window differs of the payee whose event it is.
/// </summary>
/// <remarks>
/// At every size the same number of payees take the same number of events, in portions so small that ten deals stay
/// about ten: each portion is new deals on days all over the window, and then, when these are credited, their
/// cancellations. An event ends when it is credited; after each portion every payee is asked its estimate, so that
/// work that was put off until a question is counted too. The time includes the source of the events, which takes the
/// same for each size; the processor time is that of the silo alone.
/// </remarks>
internal static class GrowthDeals
{
    private const int Rounds = 7;
    private const int Least = 10;
    private const string Wall = "time of an event";

    /// <summary>Runs, checks what the payees were credited, and prints a table.</summary>
    /// <param name="most">Deals in the largest window.</param>
    /// <param name="events">Events at each size in each round.</param>
    public static async Task RunAsync(int most, int events)
    {
        var sizes = Curve.Sizes(Least, most);
        await using var silo = await SiloProcess.StartAsync();
        var company = new Company(silo.Channel, sizes.Count * HotPayees.Count);
        await company.PutAsync();
        var payees = sizes.Select((size, at) => new HotPayees(company, at * HotPayees.Count, size)).ToList();
        foreach (var some in payees)
        {
            await some.FillAsync();
            await some.TakeAsync("warm", events);
        }

        var sheet = new Sheet(Curve.Deals.Report);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var at in Curve.Turns(sizes.Count, round))
            {
                await MeasureAsync(sheet, silo, payees[at], $"r{round}", events);
            }
        }

        Curve.Deals.AddRatios(sheet, sizes, Wall);
        Curve.Deals.AddRatios(sheet, sizes, Curve.Processor);
        sheet.ToReport().Publish();
    }

    private static async Task MeasureAsync(
        Sheet sheet, SiloProcess silo, HotPayees payees, string run, int events)
    {
        var used = silo.Usage().Processor;
        var (took, count) = await payees.TakeAsync(run, events);
        used = silo.Usage().Processor - used;
        sheet.Less(Curve.Deals.NameOf(Wall, payees.Deals), "µs", took.TotalMicroseconds / count);
        sheet.Less(Curve.Deals.NameOf(Curve.Processor, payees.Deals), "µs", used.TotalMicroseconds / count);
    }
}

/// <summary>Some payees who take all events of a while, and then have as many deals as before.</summary>
/// <param name="company">Theirs.</param>
/// <param name="first">The first one's number.</param>
/// <param name="deals">How many each has.</param>
internal sealed class HotPayees(Company company, int first, int deals)
{
    /// <summary>How many payees.</summary>
    public const int Count = 8;

    private const int NewEach = 16;
    private const string Filling = "fill";
    private long[] _states = [];

    /// <summary>How many deals each has in the window.</summary>
    public int Deals => deals;

    /// <summary>Gives them their deals.</summary>
    public async Task FillAsync()
    {
        _states = [.. (await EstimatesAsync()).Select(estimate => estimate.AsOf.Sequence)];
        await TakeAsync(New(Filling, 0, deals), deals);
    }

    /// <summary>Has them take events, and checks that each took its own and is credited with what it was before.
    /// </summary>
    /// <param name="run">Part of the new deals' ids.</param>
    /// <param name="events">How many, or somewhat more.</param>
    /// <returns>How long it took, and how many events there were.</returns>
    /// <exception cref="InvalidOperationException">A payee has other figures.</exception>
    public async Task<(TimeSpan Took, int Count)> TakeAsync(string run, int events)
    {
        var start = TimeProvider.System.GetTimestamp();
        var each = 0;
        for (; each * Count * 2 < events; each += NewEach)
        {
            var added = New(run, each, each + NewEach).ToList();
            await TakeAsync(added, NewEach);
            await TakeAsync(added.Select(Cancelled), NewEach);
        }

        var took = TimeProvider.System.GetElapsedTime(start);
        Check(await EstimatesAsync());
        return (took, each * Count * 2);
    }

    private static RecordRequest Cancelled(RecordRequest request)
    {
        var deal = request.Deal.Clone();
        deal.Status = DealStatus.Cancelled;
        return new RecordRequest { EventId = $"{request.EventId}-cancelled", Deal = deal };
    }

    private IEnumerable<RecordRequest> New(string run, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            for (var payee = first; payee < first + Count; payee++)
            {
                yield return Company.Event($"{run}-{Company.Payee(payee)}", i, payee);
            }
        }
    }

    /// <summary>Returns when each payee's estimate includes its part of the events.</summary>
    private async Task TakeAsync(IEnumerable<RecordRequest> events, int each)
    {
        await company.RecordAsync(events.ToAsyncEnumerable());
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i =>
        {
            var state = _states[i] += each;
            return Credited.UntilAsync(company, first + i, estimate => estimate.AsOf.Sequence >= state);
        }));
    }

    private Task<Estimate[]> EstimatesAsync() =>
        Task.WhenAll(Enumerable.Range(first, Count).Select(payee => company.EstimateAsync(payee)));

    private void Check(Estimate[] found)
    {
        var credited = Credited.Text(
            Enumerable.Range(0, deals).Sum(i => Credited.AmountOf(Company.Event(Filling, i, first))));
        for (var i = 0; i < Count; i++)
        {
            if (found[i].Components[0].Credited != credited || found[i].AsOf.Sequence != _states[i])
            {
                throw new InvalidOperationException(
                    $"{credited} and state {_states[i]} were expected, not {found[i]}.");
            }
        }
    }
}

using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.Tests.Harness;

/// <summary>What a payee saw at a moment, to be asked for again as of then.</summary>
internal sealed record Seen(
    string Rep,
    string On,
    string Deal,
    Answer<Estimate> Estimate,
    ListCreditsReply Credits,
    Answer<ExplainReply> Statement,
    Answer<ExplainReply> Deals,
    DateTimeOffset Time,
    Position? Position)
{
    private long Sequence => Credits.AsOf.Sequence;

    /// <summary>Looks now: the estimate from the payee itself.</summary>
    public static async Task<Seen> LookAsync(World world, string rep, string on, Position? position)
    {
        var history = world.Host.History(rep);
        var credits = World.Note(await history.ListCredits(All(rep, null), default));
        var deal = credits.Credits.LastOrDefault()?.Deal ?? "none";
        return new Seen(
            rep, on, deal,
            await world.Host.Rep(rep).GetEstimate(on),
            credits,
            await history.Explain(new ExplainRequest { Rep = rep, On = on }, default),
            await history.Explain(new ExplainRequest { Rep = rep, Deal = deal }, default),
            world.Host.Time.GetUtcNow(),
            position);
    }

    /// <summary>Fails unless each way to ask for that moment gives what was seen.</summary>
    public async Task CheckAsync(World world)
    {
        await CheckAsync(world, new Moment { Sequence = Sequence });
        await CheckAsync(world, new Moment { Time = Timestamp.FromDateTimeOffset(Time) });
        if (Position is not null)
        {
            await CheckAsync(world, new Moment { Position = Position });
        }
    }

    private static ListCreditsRequest All(string rep, Moment? moment) =>
        new() { Rep = rep, PageSize = 1000, AsOf = moment };

    private async Task CheckAsync(World world, Moment moment)
    {
        var (history, where) = (world.Host.History(Rep), $"{Rep} on {On} as of {moment}");
        Same(where, Estimate, await history.GetEstimate(
            new GetEstimateRequest { Rep = Rep, On = On, AsOf = moment }, default));
        Same(where, Credits, await history.ListCredits(All(Rep, moment), default));
        Same(where, Statement, await history.Explain(
            new ExplainRequest { Rep = Rep, On = On, AsOf = moment }, default));
        Same(where, Deals, await history.Explain(
            new ExplainRequest { Rep = Rep, Deal = Deal, AsOf = moment }, default));
    }

    private static void Same<T>(string where, Answer<T> then, Answer<T> now)
        where T : class
    {
        Assert.True(Equals(then.Value, now.Value), $"{where}: {then.Value} was seen, not {now.Value}");
        Assert.Equal(then.Refusals.AsEnumerable(), now.Refusals.AsEnumerable());
    }
}

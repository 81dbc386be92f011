using Commission.Bench;
using Commission.Client;
using Commission.Contracts.V1;

namespace Commission.Cluster;

/// <summary>The deals of the measurements: each has a payee and a territory.</summary>
internal static class Deals
{
    /// <summary>How many payees.</summary>
    public const int Payees = 200;

    /// <summary>How many territories.</summary>
    public const int Territories = 20;

    // A hot payee and a hot territory have so many times the events of any other.
    private const int Hot = 100;

    /// <summary>Whose they are, as a silo is asked about them.</summary>
    public static Company Of(RpcChannel channel) => new(channel, Payees, Territories);

    /// <summary>A deal that was won.</summary>
    /// <param name="run">Part of its id.</param>
    /// <param name="i">Decides the rest.</param>
    /// <param name="isHot">Whether the first payee and territory get most.</param>
    public static RecordRequest Event(string run, int i, bool isHot) =>
        Company.Event(run, i, Which(i, Payees, isHot), Which(i, Territories, isHot));

    private static int Which(int i, int count, bool isHot)
    {
        var at = isHot ? i % (count + Hot - 1) : i % count;
        return at < count ? at : 0;
    }
}

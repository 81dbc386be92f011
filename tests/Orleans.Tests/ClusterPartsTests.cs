using System.Net;
using System.Net.Sockets;
using Commission.Contracts.Grains;
using Commission.Silo.Hosting;
using Orleans.Runtime.Messaging;

namespace Commission.Orleans.Tests;

/// <summary>Parts of the cluster that need no cluster to be looked at.</summary>
public sealed class ClusterPartsTests
{
    public static TheoryData<Exception, RefusalReason> CallFailuresOfOrleans => new()
    {
        { new SiloUnavailableException("gone"), RefusalReason.SiloUnavailable },
        { new ConnectionFailedException("refused"), RefusalReason.SiloUnavailable },
        { new OrleansException("No active nodes"), RefusalReason.SiloUnavailable },
        { new TimeoutException("late"), RefusalReason.SiloUnavailable },
        { new OperationCanceledException("closed"), RefusalReason.SiloUnavailable },
        { new LimitExceededException("full"), RefusalReason.Overloaded },
        { new GatewayTooBusyException("busy"), RefusalReason.Overloaded },
        { new Storage.StoreUnavailableException("down", null, true, true), RefusalReason.StoreUnavailable },
    };

    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 3)]
    [InlineData(2, 5)]
    [InlineData(1024, 7)]
    public void Shards_OverSilos_DifferByOneAtMost(int shards, int silos)
    {
        var counts = ShardShare.Owners(shards, silos).GroupBy(owner => owner).Select(group => group.Count()).ToList();
        Assert.Equal(shards, counts.Sum());
        Assert.InRange(counts.Max() - (counts.Count < silos ? 0 : counts.Min()), 0, 1);
    }

    [Theory]
    [InlineData(8, 2)]
    [InlineData(64, 5)]
    public void Shards_WhenASiloIsAdded_OnlyMoveToIt(int shards, int silos)
    {
        var before = ShardShare.Owners(shards, silos);
        var after = ShardShare.Owners(shards, silos + 1);

        Assert.All(
            Enumerable.Range(0, shards).Where(shard => before[shard] != after[shard]),
            shard => Assert.Equal(silos, after[shard]));
        Assert.Equal(shards / (silos + 1), after.Count(owner => owner == silos));
    }

    [Fact]
    public void Shards_WhoeverAsks_HaveTheSameOwner()
    {
        var silos = Enumerable.Range(1, 3).Select(number =>
            SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111 - number), number)).ToList();
        var reversed = Enumerable.Reverse(silos).ToList();

        Assert.All(Enumerable.Range(0, 8), shard => Assert.Equal(
            ShardShare.OwnerOf(shard, 8, silos), ShardShare.OwnerOf(shard, 8, reversed)));
        Assert.Equal(silos[0], ShardShare.OwnerOf(0, 8, silos));
    }

    [Fact]
    public void Address_AsSet_IsTaken()
    {
        Assert.Equal(IPAddress.Parse("10.1.2.3"), SiloAddresses.Find("10.1.2.3"));
        Assert.True(IPAddress.IsLoopback(SiloAddresses.Find("localhost")));
        var unknown = Assert.Throws<InvalidOperationException>(() => SiloAddresses.Find("no-such-host.invalid"));
        Assert.StartsWith(
            "Commission:Cluster:AdvertisedAddress is 'no-such-host.invalid'",
            unknown.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Address_NotSet_IsOneThatOthersCanCall()
    {
        var address = SiloAddresses.Find("");
        Assert.NotEqual(IPAddress.Any, address);
        Assert.NotEqual(IPAddress.IPv6Any, address);
        Assert.False(address.IsIPv6LinkLocal);
    }

    [Fact]
    public void Port_ThatIsTaken_IsRefusedByItsKey()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var refused = Assert.Throws<InvalidOperationException>(() => SiloAddresses.CheckFree("SiloPort", port));
        Assert.StartsWith($"Commission:Cluster:SiloPort is '{port}'", refused.Message, StringComparison.Ordinal);
        taken.Stop();
        SiloAddresses.CheckFree("SiloPort", port);
    }

    [Theory]
    [MemberData(nameof(CallFailuresOfOrleans))]
    public void Failure_OfACall_IsARefusalThatPasses(Exception failure, RefusalReason reason)
    {
        Assert.Equal(reason, ExpectedFailures.RefusalOf(failure)?.Reason);
        Assert.True(ExpectedFailures.IsPassing(failure));
    }

    [Fact]
    public void Failure_OfOurs_IsNoRefusal() =>
        Assert.Null(ExpectedFailures.RefusalOf(new InvalidOperationException("a bug")));
}

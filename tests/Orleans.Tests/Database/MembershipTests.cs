using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Membership;
using Orleans.Runtime.MembershipService;

namespace Commission.Orleans.Tests.Database;

/// <summary>Orleans' membership provider on the tables and statements that our migration makes.</summary>
public sealed class MembershipTests(PostgresSilo silo) : IClassFixture<PostgresSilo>
{
    private static readonly DateTime Start = new(2026, 3, 31, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Silo_Started_IsAnActiveMemberAndNoClientsMayConnect()
    {
        var member = await silo.Server.ExecuteAsync(
            silo.Database,
            $"SELECT address || ' ' || status || ' ' || proxy_port FROM commission_orleans.membership "
            + $"WHERE deployment_id = '{PostgresSilo.ClusterId}'");
        Assert.Equal($"127.0.0.1 {(int)SiloStatus.Active} 0", member);
    }

    [Fact]
    public async Task Silo_DatabaseNotMigrated_SaysWhatToRun()
    {
        var database = await silo.Server.CreateDatabaseAsync();
        var refused = await Assert.ThrowsAsync<Storage.StoreFormatException>(() => silo.BuildAsync(database));
        Assert.Contains("`commission store migrate`", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Member_InsertedAndUpdated_IsReadAsWritten()
    {
        var table = await TableAsync("written");
        var written = Entry(1, SiloStatus.Joining);
        Assert.True(await table.InsertRowAsync(written, (await table.ReadAllAsync()).Version.Next()));
        var before = await table.ReadRowAsync(written.SiloAddress);
        Assert.Equal(1, before.Version.Version);

        written.Status = SiloStatus.Active;
        written.IAmAliveTime = Start.AddSeconds(7);
        written.AddSuspector(Address(2), Start.AddSeconds(3));
        Assert.True(await table.UpdateRowAsync(written, before.Members[0].Item2, before.Version.Next()));

        var all = await table.ReadAllAsync();
        Assert.Equal(2, all.Version.Version);
        var read = Assert.Single(all.Members).Item1;
        Assert.Equal(
            (written.SiloAddress, SiloStatus.Active, "silo-1", "host-1", 30001),
            (read.SiloAddress, read.Status, read.SiloName, read.HostName, read.ProxyPort));
        Assert.Equal((Start, Start.AddSeconds(7)), (read.StartTime, read.IAmAliveTime));
        Assert.Equal(Tuple.Create(Address(2), Start.AddSeconds(3)), Assert.Single(read.SuspectTimes!));
    }

    [Fact]
    public async Task Members_ChangedAtOnceByOneVersion_OnlyOneChangeIsMade()
    {
        var table = await TableAsync("raced");
        var version = (await table.ReadAllAsync()).Version;

        var made = await Task.WhenAll(Enumerable.Range(1, 8).Select(
            number => Task.Run(() => table.InsertRowAsync(Entry(number, SiloStatus.Joining), version.Next()))));

        Assert.Single(made, true);
        var all = await table.ReadAllAsync();
        Assert.Equal((1, 1), (all.Version.Version, all.Members.Count));
        var entry = all.Members[0].Item1;
        Assert.False(await table.UpdateRowAsync(entry, all.Members[0].Item2, version.Next()));
        Assert.False(await table.InsertRowAsync(entry, all.Version.Next()));
        Assert.False(await table.UpdateRowAsync(Entry(9, SiloStatus.Dead), "", all.Version.Next()));
        Assert.Equal(1, (await table.ReadAllAsync()).Version.Version);
    }

    [Fact]
    public async Task Heartbeat_OfAMember_ChangesItsTimeAndNoVersion()
    {
        var table = await TableAsync("alive");
        var entry = Entry(1, SiloStatus.Active);
        await table.InsertRowAsync(entry, (await table.ReadAllAsync()).Version.Next());

        entry.IAmAliveTime = Start.AddMinutes(1);
        await table.UpdateIAmAliveAsync(entry);

        var all = await table.ReadAllAsync();
        Assert.Equal((1, Start.AddMinutes(1)), (all.Version.Version, all.Members[0].Item1.IAmAliveTime));
    }

    [Fact]
    public async Task Cleanup_OfDefunctMembers_LeavesActiveAndRecentOnes()
    {
        var table = await TableAsync("defunct");
        var other = await TableAsync("other");
        foreach (var (number, status, alive) in new[]
        {
            (1, SiloStatus.Active, Start), (2, SiloStatus.Dead, Start), (3, SiloStatus.Dead, Start.AddHours(2)),
        })
        {
            var entry = Entry(number, status);
            entry.IAmAliveTime = alive;
            Assert.True(await table.InsertRowAsync(entry, (await table.ReadAllAsync()).Version.Next()));
            Assert.True(await other.InsertRowAsync(entry, (await other.ReadAllAsync()).Version.Next()));
        }

        await table.CleanupDefunctSiloEntriesAsync(new DateTimeOffset(Start.AddHours(1)));

        Assert.Equal([Address(1), Address(3)], (await table.ReadAllAsync()).Members
            .Select(member => member.Item1.SiloAddress).Order());
        Assert.Equal(3, (await other.ReadAllAsync()).Members.Count);
    }

    [Fact]
    public async Task Cluster_Deleted_IsGoneAndBeginsAnew()
    {
        var table = await TableAsync("deleted");
        await table.InsertRowAsync(Entry(1, SiloStatus.Active), (await table.ReadAllAsync()).Version.Next());

        await table.DeleteMembershipTableEntriesAsync("deleted");
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);

        var all = await table.ReadAllAsync();
        Assert.Equal((0, 0), (all.Version.Version, all.Members.Count));
    }

    [Fact]
    public async Task Gateways_OfACluster_AreActiveSilosThatClientsMayConnectTo()
    {
        var table = await TableAsync("gateways");
        foreach (var (number, status, port) in new[]
        {
            (1, SiloStatus.Active, 30001), (2, SiloStatus.Active, 0), (3, SiloStatus.Dead, 30003),
        })
        {
            var entry = Entry(number, status);
            entry.ProxyPort = port;
            await table.InsertRowAsync(entry, (await table.ReadAllAsync()).Version.Next());
        }

        var provider = new AdoNetGatewayListProvider(
            NullLogger<AdoNetGatewayListProvider>.Instance,
            silo.Services,
            Options.Create(
                new AdoNetClusteringClientOptions { Invariant = "Npgsql", ConnectionString = silo.ForOrleans }),
            Options.Create(new GatewayOptions()),
            Options.Create(new ClusterOptions { ClusterId = "gateways", ServiceId = "tests" }));
        await provider.InitializeGatewayListProvider();

        Assert.Equal(["10.0.0.1:30001"], (await provider.GetGateways()).Select(uri => uri.Authority));
    }

    private async Task<IMembershipTable> TableAsync(string cluster)
    {
        var table = new AdoNetClusteringTable(
            silo.Services,
            Options.Create(new ClusterOptions { ClusterId = cluster, ServiceId = "tests" }),
            Options.Create(
                new AdoNetClusteringSiloOptions { Invariant = "Npgsql", ConnectionString = silo.ForOrleans }),
            NullLogger<AdoNetClusteringTable>.Instance);
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);
        return table;
    }

    private static SiloAddress Address(int number) =>
        SiloAddress.New(new IPEndPoint(new IPAddress([10, 0, 0, (byte)number]), 11111), number);

    private static MembershipEntry Entry(int number, SiloStatus status) => new()
    {
        SiloAddress = Address(number),
        SiloName = $"silo-{number}",
        HostName = $"host-{number}",
        Status = status,
        ProxyPort = 30000 + number,
        StartTime = Start,
        IAmAliveTime = Start,
    };
}

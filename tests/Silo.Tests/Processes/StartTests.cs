using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests.Processes;

/// <summary>A silo that can't start says which setting is wrong, and ends with 1.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("Commission:Shards", "0", "Commission:Shards is '0'")]
    [InlineData("Commission:Shards", "many", "Commission:Shards")]
    [InlineData("Commission:Shardz", "4", "Shardz")]
    [InlineData("Commission:BusinessDate", "2020-02-31", "Commission:BusinessDate is '2020-02-31'")]
    [InlineData("Commission:Listen:Address", "everywhere", "Commission:Listen:Address is 'everywhere'")]
    [InlineData("Commission:Listen:Address", "0.0.0.0", "as long as Auth:Mode is none")]
    [InlineData("Commission:Auth:Mode", "off", "Commission:Auth:Mode is 'off'")]
    [InlineData("Commission:Auth:Mode", "oidc", "Commission:Auth:Authority is ''")]
    [InlineData("Commission:Listen:Origins", "https://a.example/b", "Listen:Origins is 'https://a.example/b'")]
    [InlineData("Commission:Listen:Tls:KeyFile", "tls.key", "Commission:Listen:Tls:KeyFile is 'tls.key'")]
    [InlineData("Commission:Listen:Tls:Address", "everywhere", "Commission:Listen:Tls:Address is 'everywhere'")]
    [InlineData("Commission:Listen:Tls:Port", "70000", "Commission:Listen:Tls:Port is '70000'")]
    [InlineData("Commission:Connections:PingSeconds", "6", "Connections:PingSeconds is '6': expected at least 2 more")]
    [InlineData("Commission:Limits:Backlog", "-1", "Commission:Limits:Backlog is '-1'")]
    [InlineData("Commission:Cluster:ClusterId", "two words", "Commission:Cluster:ClusterId is 'two words'")]
    [InlineData("Commission:Cluster:ServiceId", "", "Commission:Cluster:ServiceId is ''")]
    [InlineData("Commission:Cluster:AdvertisedAddress", "0.0.0.0", "Cluster:AdvertisedAddress is '0.0.0.0'")]
    [InlineData("Commission:Cluster:AdvertisedAddress", "a b", "Cluster:AdvertisedAddress is 'a b'")]
    [InlineData("Commission:Cluster:SiloPort", "0", "Commission:Cluster:SiloPort is '0'")]
    [InlineData("Commission:Cluster:ClientPort", "11111", "Commission:Cluster:ClientPort is '11111'")]
    [InlineData("Commission:Cluster:ProbeSeconds", "0", "Commission:Cluster:ProbeSeconds is '0'")]
    [InlineData("Commission:Cluster:MissedProbes", "21", "Commission:Cluster:MissedProbes is '21'")]
    [InlineData("Commission:Cluster:Votes", "0", "Commission:Cluster:Votes is '0'")]
    [InlineData("Commission:Cluster:ForgetHours", "0", "Commission:Cluster:ForgetHours is '0'")]
    [InlineData("Commission:Cluster:DrainSeconds", "601", "Commission:Cluster:DrainSeconds is '601'")]
    [InlineData("Commission:Store:Kind", "oracle", "Commission:Store:Kind is 'oracle'")]
    [InlineData("Commission:Store:Kind", "postgres", "Commission:Store:ConnectionString is no address")]
    [InlineData("Commission:Store:ConnectionString", "Host=db", "Commission:Store:ConnectionString is set")]
    public async Task Start_WithAWrongSetting_NamesTheKey(string key, string value, string named)
    {
        using var scratch = new Scratch();
        Assert.Contains(named, await RefusedAsync(scratch.Store, $"--{key}", value), StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.Store));
    }

    [Fact]
    public async Task Start_WhereThePortIsTaken_NamesThePortAndTheKeys()
    {
        using var scratch = new Scratch();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var said = await RefusedAsync(scratch.Store, "--Commission:Listen:GrpcPort", port);

        Assert.Contains($"127.0.0.1:{port}", said, StringComparison.Ordinal);
        Assert.Contains("Commission:Listen", said, StringComparison.Ordinal);
        Assert.Contains("GrpcPort", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAStoreOfAnotherNumberOfShards_NamesTheKey()
    {
        using var scratch = new Scratch();
        await using (var first = await StartedAsync(scratch.Store))
        {
            Assert.Contains(scratch.Store, await RefusedAsync(scratch.Store), StringComparison.Ordinal);
            await first.SignalAsync("TERM");
            Assert.Equal((0, ""), await first.EndAsync());
        }

        var said = await RefusedAsync(scratch.Store, "--Commission:Shards", "9");

        Assert.Contains("Commission:Shards is '9'", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhereTheFolderIsAFile_NamesTheKey()
    {
        using var scratch = new Scratch();
        await File.WriteAllTextAsync(scratch.Store, "not a folder");

        Assert.Contains("Commission:Store:Folder", await RefusedAsync(scratch.Store), StringComparison.Ordinal);
    }

    private static string[] FreePorts => ["--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0"];

    private static async Task<RunningProgram> StartedAsync(string store)
    {
        var program = SiloProcess.Start(store, FreePorts);
        await program.LineAsync("Application started");
        return program;
    }

    private static async Task<string> RefusedAsync(string store, params string[] settings)
    {
        await using var program = SiloProcess.Start(store, [.. FreePorts, .. settings]);
        var (code, errors) = await program.EndAsync();
        Assert.Equal(1, code);
        Assert.StartsWith("The silo can't start. ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return errors;
    }
}

using System.Diagnostics;
using System.Globalization;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Commission.Hostile.Server;
using Commission.Hostile.Tests.Families;
using Commission.Hostile.Tests.Fuzzing;
using Commission.Hostile.Tests.Hosts;
using Commission.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Hostile.Tests;

/// <summary>
/// Seeded garbage by every protocol to every method: the server lives on, refuses properly, shows nothing of its
/// inside, serves others meanwhile, keeps its figures right, and holds in the end what it held before.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Batch = 2_500;
    private const int Told = 50_000;

    // What the server keeps rightly: the plans, payees and territories that valid inputs put; and pools have grown.
    private const long GrowthPerInput = 300;
    private const long GrowthAnyway = 64L * 1024 * 1024;

    [Fact]
    public async Task Server_UnderFuzz_StaysWhole()
    {
        await using var server = await HostileServer.StartAsync();
        using var channel = server.Connect();
        await Company.PutAsync(channel);
        var steady = await Company.EstimateAsync(channel, Company.Steady);
        using var sender = new GrpcSender(server.Grpc, server.Json);
        var methods = await MethodsAsync();
        using var json = new JsonFamily(server.Json, methods, 250);
        var run = new FuzzRun(FuzzSettings.Seed, Families(server, sender, methods, json), () => LookAsync(server));
        if (FuzzSettings.Only is { } only)
        {
            await run.SendAsync(only, 1);
            await CheckAsync(server, channel, steady, run);
            output.WriteLine(run.Report());
            return;
        }

        await run.SendAsync(0, Math.Min(Batch, FuzzSettings.Inputs));
        var before = await server.RestAsync();
        await using var neighbour = await Neighbour.StartAsync(server);
        var started = Stopwatch.GetTimestamp();
        for (var sent = Batch; sent < FuzzSettings.Inputs; sent += Batch)
        {
            await run.SendAsync(sent, Math.Min(Batch, FuzzSettings.Inputs - sent));
            await CheckAsync(server, channel, steady, run);
            if ((sent + Batch) % Told == 0)
            {
                output.WriteLine($"{sent + Batch} inputs in {Stopwatch.GetElapsedTime(started)}");
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(started);
        await neighbour.LeaveAsync();
        await CheckAsync(server, channel, steady, run);
        await VerifyAsync(channel);
        await server.SettleAsync(now => now is { Requests: 0, Calls: 0, Streams: 0 });
        var after = await server.RestAsync();
        Report(run, before, after, elapsed);
        output.WriteLine($"Another client had {neighbour.Answers} right answers, the slowest in {neighbour.Longest}.");
        Assert.Equal((0, 0, 0), (after.Requests, after.Calls, after.Streams));
        Assert.InRange(after.Files, 0, before.Files + 200);
        Assert.InRange(
            after.ManagedBytes, 0, before.ManagedBytes + GrowthAnyway + (GrowthPerInput * FuzzSettings.Inputs));
    }

    private static IReadOnlyList<IFamily> Families(
        HostileServer server, GrpcSender sender, IReadOnlyList<RpcMethod> methods, JsonFamily json) =>
    [
        new GrpcFamily(sender, methods, GrpcForm.Http2, isMutated: false, 150),
        new GrpcFamily(sender, methods, GrpcForm.Http2, isMutated: true, 200),
        new GrpcFamily(sender, methods, GrpcForm.WebOnHttp2, isMutated: true, 40),
        new GrpcFamily(sender, methods, GrpcForm.WebOnHttp1, isMutated: true, 40),
        new GrpcFamily(sender, methods, GrpcForm.WebOnHttp1, isMutated: false, 20),
        new GrpcFamily(sender, methods, GrpcForm.WebText, isMutated: false, 20),
        new GrpcFamily(sender, methods, GrpcForm.WebText, isMutated: true, 60),
        new FramingFamily(sender, methods, 120),
        json,
        new RawHttp1Family(server.Json, 50),
        new RawHttp2Family(server.Grpc, methods, 50),
    ];

    /// <summary>The table of a silo that is put together like the server, and never started.</summary>
    private static async Task<IReadOnlyList<RpcMethod>> MethodsAsync()
    {
        var folder = Directory.CreateTempSubdirectory("commission-table-");
        try
        {
            await using var app = await SiloHost.BuildAsync(
                ["--Commission:Store:Folder", folder.FullName, "--Logging:LogLevel:Default", "Error"]);
            return [.. app.Services.GetRequiredService<MethodTable>().Methods];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> LookAsync(HostileServer server)
    {
        var now = await server.MeasureAsync();
        return $"The server has {now.Requests} requests and {now.Calls} calls under way, on {now.Connections} "
            + $"connections; with bytes underway: {string.Join("; ", Sockets.Waiting(server.Json.Port))}.";
    }

    /// <summary>What must be so after any inputs.</summary>
    private static async Task CheckAsync(HostileServer server, RpcChannel channel, Estimate steady, FuzzRun run)
    {
        Assert.True(server.IsAlive, $"The server ended. {string.Join('\n', run.Faults)}");
        var errors = await server.ErrorsAsync();
        Assert.True(
            run.Faults.IsEmpty && errors.Count == 0, string.Join('\n', [.. run.Faults, run.Report(), .. errors]));
        Assert.Equal(steady.Components, (await Company.EstimateAsync(channel, Company.Steady)).Components);
    }

    private static async Task VerifyAsync(RpcChannel channel)
    {
        var options = new RpcCallOptions { Timeout = TimeSpan.FromMinutes(10) };
        var updates = await channel.ServerStreamAsync<VerifyRequest, VerifyUpdate>(
            Company.MethodOf<VerifyRequest>(), new VerifyRequest(), options).ToListAsync();
        Assert.Empty(updates.Where(update => update.Difference is not null).Select(update => update.Difference));
        Assert.Equal(0, updates[^1].Summary.Differences);
    }

    private void Report(FuzzRun run, Measurement before, Measurement after, TimeSpan elapsed)
    {
        output.WriteLine(run.Report());
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{FuzzSettings.Inputs:N0} inputs of seed {FuzzSettings.Seed} in {elapsed.TotalSeconds:N0} s"));
        output.WriteLine($"after {Batch} inputs: {before}");
        output.WriteLine($"at the end: {after}");
    }
}

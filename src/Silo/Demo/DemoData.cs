using System.Globalization;
using Commission.Client;
using Commission.Client.Documents;
using Commission.Client.Import;
using Commission.Contracts.V1;
using Spectre.Console;

namespace Commission.Silo.Demo;

/// <summary>The sample company's data, loaded through the silo's own gRPC port as any client would.</summary>
/// <param name="channel">To the silo.</param>
/// <param name="folder">Of the store, where it is noted that all is loaded.</param>
internal sealed class DemoData(RpcChannel channel, string folder)
{
    private const int Orders = 3616;
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "samples", "adventureworks");
    private readonly string _loaded = Path.Combine(folder, "demo-loaded");
    private readonly string _importState = Path.Combine(folder, "demo-import.json");

    /// <summary>Loads what is not loaded yet; safe to interrupt at any moment and to repeat.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        if (File.Exists(_loaded))
        {
            AnsiConsole.MarkupLine("The data is there from an earlier start.");
            return;
        }

        await ApplyAsync(cancellation);
        var report = await ImportAsync(cancellation);
        await ReachAsync(report.Positions, cancellation);
        await File.WriteAllTextAsync(_loaded, "", cancellation);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Progress.Done} orders streamed in {report.Elapsed.TotalSeconds:0.0} s: "
            + $"{report.EventsPerSecond:0} durable events a second."));
    }

    private async Task ApplyAsync(CancellationToken cancellation)
    {
        var plans = PlansReflection.Descriptor.Services[0].FindMethodByName("Publish");
        foreach (var plan in DocumentFolder.LoadPlans(Samples))
        {
            await channel.UnaryAsync<PublishPlanRequest, PublishedPlan>(plans, plan.Request, null, cancellation);
        }

        var reps = RepsReflection.Descriptor.Services[0].FindMethodByName("Put");
        foreach (var rep in Require(DocumentFolder.LoadReps(Samples)))
        {
            await channel.UnaryAsync<Rep, PutRepReply>(reps, rep, null, cancellation);
        }

        var territories = TerritoriesReflection.Descriptor.Services[0].FindMethodByName("Put");
        foreach (var territory in Require(DocumentFolder.LoadTerritories(Samples)))
        {
            await channel.UnaryAsync<Territory, PutTerritoryReply>(territories, territory, null, cancellation);
        }
    }

    private async Task<ImportReport> ImportAsync(CancellationToken cancellation)
    {
        var mapping = Require(MappingFormat.Load(Path.Combine(Samples, "mapping.yaml")));
        var rows = DealFile.Read(Path.Combine(Samples, "orders.csv"), mapping);
        return await AnsiConsole.Progress().StartAsync(async bars =>
        {
            var bar = bars.AddTask("Streaming orders", maxValue: Orders);
            var progress = new Progress<ImportProgress>(made => bar.Value = made.Done);
            return await DealImporter.RunAsync(
                channel, rows, new ImportOptions { StatePath = _importState }, progress, cancellation);
        });
    }

    /// <summary>Returns when every order is credited.</summary>
    private async Task ReachAsync(IEnumerable<Position> positions, CancellationToken cancellation)
    {
        var get = TerritoriesReflection.Descriptor.Services[0].FindMethodByName("Get");
        foreach (var position in positions)
        {
            var request = new GetTerritoryRequest { Territory = "north-america", After = position };
            await channel.UnaryAsync<GetTerritoryRequest, TerritoryView>(get, request, null, cancellation);
        }
    }

    private static T Require<T>(Read<T> read)
        where T : class => read.Value
        ?? throw new InvalidOperationException($"The sample data is damaged: {string.Join("; ", read.Problems)}");
}

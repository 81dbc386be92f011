using Commission.Client.Documents;
using Commission.Client.Import;

namespace Commission.Silo.Tests.Hosts;

/// <summary>samples/adventureworks, brought to a silo as any client would.</summary>
public static class SampleCompany
{
    /// <summary>The last day of the last fiscal year of orders.csv.</summary>
    public const string Today = "2020-06-30";

    public const int Orders = 3616;
    public const int OrdersInJune = 180;

    public static readonly string[] Groups = ["north-america", "europe", "pacific"];

    public static readonly string[] Territories =
    [
        "northwest", "northeast", "central", "southwest", "southeast", "canada",
        "france", "germany", "united-kingdom", "australia",
    ];

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "adventureworks");

    /// <summary>Publishes the plans, then puts the payees and the territories.</summary>
    public static async Task PutDocumentsAsync(Api api)
    {
        foreach (var plan in DocumentFolder.LoadPlans(Folder))
        {
            await api.PublishAsync(plan.Request.Text);
        }

        foreach (var rep in DocumentFolder.LoadReps(Folder).Value!)
        {
            await api.PutAsync(rep);
        }

        foreach (var territory in DocumentFolder.LoadTerritories(Folder).Value!)
        {
            await api.PutAsync(territory);
        }
    }

    /// <summary>Imports a file of orders, and returns when all are credited.</summary>
    public static async Task<ImportReport> ImportAsync(RunningSilo silo, string file)
    {
        var mapping = MappingFormat.Load(Path.Combine(Folder, "mapping.yaml")).Value!;
        var rows = DealFile.Read(Path.Combine(Folder, file), mapping);
        var report = await DealImporter.RunAsync(silo.Channel, rows, new ImportOptions(), null, CancellationToken.None);
        foreach (var position in report.Positions)
        {
            await silo.Api.TerritoryAsync("pacific", after: position);
        }

        return report;
    }
}

/// <summary>A silo with three years of orders. Tests only read from it.</summary>
public sealed class ThreeYears : IAsyncLifetime
{
    public RunningSilo Silo { get; private set; } = null!;

    public ImportReport Report { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(Silo.Api);
        Report = await SampleCompany.ImportAsync(Silo, "orders.csv");
    }

    public ValueTask DisposeAsync() => Silo.DisposeAsync();
}

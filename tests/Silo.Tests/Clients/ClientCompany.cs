using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Commission.Silo.Tests.Clients;

/// <summary>
/// The demo's company: who brings a token is somebody, and a web page comes from elsewhere.
/// </summary>
public sealed class ClientCompany : IAsyncLifetime
{
    private WebApplication _page = null!;

    public RunningSilo Silo { get; private set; } = null!;

    public Api Api => Silo.Api;

    /// <summary>Where samples/clients/browser is served.</summary>
    public string Page => _page.Urls.First();

    /// <summary>A token of a payee.</summary>
    public async Task<string> TokenAsync(string rep) => (await Silo.Json.GetStringAsync($"/demo/token/{rep}")).Trim();

    public async ValueTask InitializeAsync()
    {
        _page = await ServePageAsync();
        Silo = await RunningSilo.StartAsync("--Commission:Auth:Mode", "demo", "--Commission:Listen:Origins", Page);
        await SampleCompany.PutDocumentsAsync(Api);
        await SampleCompany.ImportAsync(Silo, "orders.csv");
    }

    /// <summary>Records a deal of a payee on the last day, and returns the payee's estimate with it.</summary>
    public async Task<Estimate> SellAsync(string rep, string deal, decimal amount)
    {
        var recorded = await Api.RecordAsync($"{deal}-won", new Deal
        {
            Deal_ = deal,
            Credited = SampleCompany.Today,
            Status = DealStatus.Won,
            Amount = amount.ToMoney(),
            Owners = { new DealOwner { Rep = rep } },
        });
        return await Api.EstimateAsync(rep, after: recorded.Position);
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        await _page.DisposeAsync();
    }

    private static async Task<WebApplication> ServePageAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var folder = Path.Combine(RunningProgram.Root, "samples", "clients", "browser");
        app.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(folder) });
        await app.StartAsync();
        return app;
    }
}

using Commission.Client;
using Commission.Client.Import;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Commission.Silo.Tests.Clients;

/// <summary>
/// The demo's company, as clients meet it in earnest: callers bring tokens, and a web page comes from elsewhere.
/// </summary>
public sealed class ClientCompany : IAsyncLifetime
{
    private Provider _provider = null!;
    private WebApplication _page = null!;
    private RpcChannel _channel = null!;

    public RunningSilo Silo { get; private set; } = null!;

    /// <summary>What an admin calls.</summary>
    public Api Api { get; private set; } = null!;

    /// <summary>Where samples/clients/browser is served.</summary>
    public string Page => _page.Urls.First();

    public string AdminToken => Token("root", "admin");

    public string Token(string subject, string roles) => _provider.Token(subject, roles);

    public async ValueTask InitializeAsync()
    {
        _page = await ServePageAsync();
        _provider = await Provider.StartAsync();
        Silo = await RunningSilo.StartAsync([.. _provider.Settings(), "--Commission:Listen:Origins", Page]);
        _channel = new RpcChannel(Silo.GrpcAddress, new RpcChannelOptions { Handler = new Caller(AdminToken) });
        Api = new Api(_channel);
        await SampleCompany.PutDocumentsAsync(Api);
        var mapping = MappingFormat.Load(Path.Combine(SampleCompany.Folder, "mapping.yaml")).Value!;
        var rows = DealFile.Read(Path.Combine(SampleCompany.Folder, "orders.csv"), mapping);
        var report = await DealImporter.RunAsync(_channel, rows, new ImportOptions(), null, CancellationToken.None);
        foreach (var position in report.Positions)
        {
            await Api.TerritoryAsync("pacific", after: position);
        }
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
        _channel.Dispose();
        await Silo.DisposeAsync();
        await _provider.DisposeAsync();
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

    /// <summary>Adds a token to every call.</summary>
    private sealed class Caller(string token) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new("Bearer", token);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

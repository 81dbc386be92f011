using System.Globalization;
using Commission.Client;
using Commission.Silo.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Spectre.Console;

namespace Commission.Silo.Demo;

/// <summary>Serves a sample company: AdventureWorks' payees, plans, territories and three years of orders.</summary>
internal static class DemoCommand
{
    // The last day of the data's fiscal year; the orders of that month are left to be imported by hand.
    private const string BusinessDate = "2020-06-30";

    /// <summary>Runs until it is stopped; 0 then.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var app = await SiloHost.BuildAsync(args, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Commission:Store:Folder"] = Path.Combine("data", "demo"),
            ["Commission:BusinessDate"] = BusinessDate,
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        });
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var (grpc, json) = (new Uri(addresses.First()), new Uri(addresses.Last()));
        var folder = Path.GetFullPath(app.Services.GetRequiredService<Configuration.SiloSettings>().Store.Folder);
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"A silo serves gRPC on [bold]{grpc}[/] and JSON on [bold]{json}[/].");
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Its store is in [bold]{folder}[/]; delete the folder to begin anew.");

        using var channel = new RpcChannel(grpc);
        var demo = new DemoData(channel, folder);
        try
        {
            await demo.LoadAsync(app.Lifetime.ApplicationStopping);
            await DemoReport.PrintAsync(channel, app.Lifetime.ApplicationStopping);
            DemoReport.PrintCommands(grpc, json, TimeProvider.System.GetElapsedTime(started));
        }
        catch (Exception) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            AnsiConsole.MarkupLine("Stopped; the next start goes on from here.");
        }

        await app.WaitForShutdownAsync();
        return 0;
    }
}

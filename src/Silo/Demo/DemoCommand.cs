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
        FitOutput();
        await using var app = await SiloHost.BuildAsync(args, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Commission:Store:Folder"] = Path.Combine("data", "demo"),
            ["Commission:BusinessDate"] = BusinessDate,
            ["Commission:Auth:Mode"] = Configuration.AuthSettings.Demo,
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        });
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var (grpc, json) = (new Uri(addresses.First()), new Uri(addresses.ElementAt(1)));
        var store = app.Services.GetRequiredService<Configuration.SiloSettings>().Store;
        var folder = NotesOf(store);
        // Addresses and paths are for copying: plain, and never wrapped to a terminal's width.
        Console.WriteLine($"A silo serves gRPC on {grpc} and JSON on {json}");
        Console.WriteLine(store.Kind == Configuration.StoreSettings.Postgres
            ? $"Its store is {SiloStore.Describe(store)}; drop that and delete {folder} to begin anew."
            : $"Its store is in {folder}; delete the folder to begin anew.");

        using var channel = new RpcChannel(grpc);
        var demo = new DemoData(channel, folder);
        try
        {
            await demo.LoadAsync(app.Lifetime.ApplicationStopping);
            await DemoReport.PrintAsync(channel, app.Lifetime.ApplicationStopping);
            DemoReport.PrintCommands(grpc, json, TimeProvider.System.GetElapsedTime(started));
            DemoReport.PrintTokens(grpc, json, app.Services.GetRequiredService<Configuration.SiloSettings>().Auth);
        }
        catch (Exception) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            AnsiConsole.MarkupLine("Stopped; the next start goes on from here.");
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Where it is noted what is loaded: beside the SQLite file, or in a folder for each database.</summary>
    private static string NotesOf(Configuration.StoreSettings store)
    {
        var folder = Path.GetFullPath(store.Folder);
        if (store.Kind == Configuration.StoreSettings.Postgres)
        {
            var name = SiloStore.Describe(store).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-');
            folder = Directory.CreateDirectory(Path.Combine(folder, string.Concat(name))).FullName;
        }

        return folder;
    }

    /// <summary>A file gets no colours, and lines as wide as the table.</summary>
    private static void FitOutput()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Width = 120;
        }
    }
}

using System.Globalization;
using System.Text.Json;
using Commission.Hostile.Server;
using Commission.Silo.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

// A silo like any other, that also tells what it holds. It obeys lines of its input: "measure" is answered by a line of
// JSON after a full collection, "rest" by the same when no grain is in memory, "errors" by one with what was logged as
// an error; its end stops the silo.
using var log = new LogCapture();
using var gauges = new Gauges();
await using var app = await SiloHost.BuildAsync(args);
app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
await app.StartAsync();
var addresses = app.Services.GetRequiredService<IServer>().Features
    .GetRequiredFeature<IServerAddressesFeature>().Addresses;
Console.WriteLine("listening " + string.Join(' ', addresses));
while (await Console.In.ReadLineAsync() is { } command)
{
    Console.WriteLine(command switch
    {
        "rest" => JsonSerializer.Serialize(await gauges.RestAsync(app, log)),
        "measure" => JsonSerializer.Serialize(gauges.Measure(app, log)),
        "errors" => JsonSerializer.Serialize(log.Errors),
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown: {command}"),
    });
}

await app.StopAsync();

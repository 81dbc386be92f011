using System.Globalization;
using Microsoft.AspNetCore.Builder;

namespace Commission.Load.Starting;

/// <summary>The least of a web application, as its template makes it.</summary>
internal static class EmptyApp
{
    /// <summary>What it answers to every GET of its root.</summary>
    public const string Answer = "Hello World!";

    /// <summary>Serves until the process is ended.</summary>
    /// <param name="port">On the loopback.</param>
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateBuilder();
        await using var app = builder.Build();
        app.MapGet("/", () => Answer);
        await app.RunAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }
}

using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Commission.Client;
using Commission.Hostile.Server;
using Xunit.Sdk;

namespace Commission.Hostile.Tests.Hosts;

/// <summary>A silo in a process of its own, so that what it holds can be measured and its end be seen.</summary>
public sealed class HostileServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task<string> _complaints;
    private readonly SemaphoreSlim _asking = new(1);

    private HostileServer(Process process, DirectoryInfo folder)
    {
        (_process, _folder) = (process, folder);
        _complaints = process.StandardError.ReadToEndAsync();
        _ = ReadAsync();
    }

    /// <summary>Where it listens: gRPC, JSON, and TLS if that is configured.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>HTTP/2 in clear text.</summary>
    public Uri Grpc => Addresses[0];

    /// <summary>HTTP/1.1 in clear text.</summary>
    public Uri Json => Addresses[1];

    /// <summary>Whether its process is there.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>Starts one with a store of its own; returns when it listens.</summary>
    public static async Task<HostileServer> StartAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("commission-hostile-");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "Commission.Hostile.Server.dll"),
                "--Commission:Store:Folder", folder.FullName, "--Commission:BusinessDate", Company.Today,
                "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0",
                "--Logging:Console:LogLevel:Default", "None",
            },
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in settings)
        {
            start.ArgumentList.Add(setting);
        }

        var server = new HostileServer(Process.Start(start)!, folder);
        var line = await server.LineAsync("listening ");
        server.Addresses = [.. line.Split(' ')[1..].Select(address => new Uri(address))];
        return server;
    }

    /// <summary>What it holds, after a full collection.</summary>
    public async Task<Measurement> MeasureAsync() =>
        JsonSerializer.Deserialize<Measurement>(await AskAsync("measure", "{"))!;

    /// <summary>What it holds when no grain is in memory.</summary>
    public async Task<Measurement> RestAsync() =>
        JsonSerializer.Deserialize<Measurement>(await AskAsync("rest", "{"))!;

    /// <summary>The first of what it logged as errors.</summary>
    public async Task<IReadOnlyList<string>> ErrorsAsync() =>
        JsonSerializer.Deserialize<string[]>(await AskAsync("errors", "["))!;

    /// <summary>Measures until what it holds is as it should be, for two minutes at most.</summary>
    public async Task<Measurement> SettleAsync(Func<Measurement, bool> settled)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var now = await MeasureAsync();
            if (settled(now) || Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(2))
            {
                return now;
            }

            await Task.Yield();
        }
    }

    /// <summary>A client of its API.</summary>
    public RpcChannel Connect() => new(Grpc);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _asking.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task<string> AskAsync(string command, string answer)
    {
        await _asking.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            await _process.StandardInput.FlushAsync();
            return await LineAsync(answer);
        }
        finally
        {
            _asking.Release();
        }
    }

    private async Task<string> LineAsync(string beginning)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var line in _lines.Reader.ReadAllAsync(patience.Token))
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new XunitException($"The server ended: {await _complaints}");
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            await _lines.Writer.WriteAsync(line);
        }

        _lines.Writer.Complete();
    }
}

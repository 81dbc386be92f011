using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Commission.Bench;

/// <summary>A web server in a process of its own, which says where it listens.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>The first address on which it listens.</summary>
    public Uri Address { get; }

    /// <summary>Processor time until now, and memory in use now and at most, in bytes.</summary>
    public (TimeSpan Processor, long Resident, long Peak) Usage()
    {
        _process.Refresh();
        return (_process.TotalProcessorTime, _process.WorkingSet64, _process.PeakWorkingSet64);
    }

    /// <summary>Starts it; returns when it listens.</summary>
    /// <param name="program">A managed program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public static async Task<ServerProcess> StartAsync(string program, params IEnumerable<string> arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        var output = process.StandardOutput;
        while (await output.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = output.BaseStream.CopyToAsync(Console.OpenStandardError());
                return new ServerProcess(process, new Uri(match.Groups["address"].Value));
            }
        }

        throw new InvalidOperationException($"{program} ended before it listened.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://[0-9.:]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();
}

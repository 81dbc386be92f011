using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Commission.Load.Starting;

/// <summary>A program in a process of its own that will listen on a port, from the moment of its start.</summary>
internal sealed class Started : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);
    private readonly Process _process;
    private readonly Task _output;
    private readonly long _start;

    private Started(Process process, int port, long start)
    {
        (_process, Port, _start) = (process, port, start);
        _output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Where it will listen, on the loopback.</summary>
    public int Port { get; }

    /// <summary>Since before the process was made.</summary>
    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_start);

    /// <summary>Memory in use, in bytes.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Processor time until now.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it; returns at once.</summary>
    /// <param name="program">The program's assembly, or an executable of it.</param>
    /// <param name="arguments">Given the port.</param>
    public static Started Begin(string program, Func<int, IEnumerable<string>> arguments)
    {
        var port = FreePort();
        var isManaged = program.EndsWith(".dll", StringComparison.Ordinal);
        var info = new ProcessStartInfo(
            isManaged ? "dotnet" : program, [.. isManaged ? [program] : Array.Empty<string>(), .. arguments(port)])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        var start = TimeProvider.System.GetTimestamp();
        return new Started(Process.Start(info)!, port, start);
    }

    /// <summary>Returns as soon as somebody takes connections there.</summary>
    public async Task ListensAsync()
    {
        while (true)
        {
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (MayStillCome())
            {
                await Task.Delay(Pause);
            }
        }
    }

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="ask">Null: not yet.</param>
    public async Task<T> AnswersAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        while (MayStillCome())
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            await Task.Delay(Pause);
        }

        throw new InvalidOperationException("It ended, or does not answer.");
    }

    /// <summary>Has it stop by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        var id = _process.Id.ToString(CultureInfo.InvariantCulture);
        using (var stopping = Process.Start("kill", ["-TERM", id]))
        {
            await stopping.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        await _output;
        _process.Dispose();
    }

    private bool MayStillCome() => !_process.HasExited && Elapsed < Patience;

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

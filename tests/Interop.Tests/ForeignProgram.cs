using System.ComponentModel;
using System.Diagnostics;

namespace Commission.Interop.Tests;

/// <summary>Programs that are not ours: what they need, and how they are run.</summary>
internal static class ForeignProgram
{
    // Debian's own Python: another one on the path does not see Debian's packages.
    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task<string>> Packages = new(InstallAsync);

    /// <summary>The folder of Commission.sln.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string Node => Path.Combine(Root, "tests", "node", "interop");

    /// <summary>Runs a script of tests/node/interop to its end, with its packages installed; a failure fails.</summary>
    public static async Task<string> NodeAsync(string script, params string[] arguments)
    {
        await RequireAsync("node", "nodejs and npm", "--version");
        await Packages.Value;
        return await RunAsync("node", Node, [script, .. arguments]);
    }

    /// <summary>Runs a script of tests/Interop.Tests/python by Debian's Python.</summary>
    public static async Task<string> PythonAsync(string script, params string[] arguments)
    {
        await RequireAsync(Python, "python3-grpcio and python3-protobuf", "-c", "import grpc, google.protobuf");
        var folder = Path.Combine(Root, "tests", "Interop.Tests", "python");
        return await RunAsync(Python, folder, [script, .. arguments]);
    }

    /// <summary>Runs curl, and gives what it printed.</summary>
    public static async Task<string> CurlAsync(params string[] arguments)
    {
        await RequireAsync("curl", "curl", "--version");
        return await RunAsync("curl", Root, ["--silent", "--show-error", "--max-time", "30", .. arguments]);
    }

    private static Task<string> InstallAsync() => RunAsync("npm", Node, ["ci", "--ignore-scripts"]);

    /// <summary>In CI nothing may be missing; elsewhere the test is skipped, and says so.</summary>
    private static async Task RequireAsync(string program, string packages, params string[] probe)
    {
        if (await IsThereAsync(program, probe))
        {
            return;
        }

        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"CI must have {packages}.");
        Assert.Skip($"{packages} MISSING: clients that are not ours were NOT tested.");
    }

    private static async Task<bool> IsThereAsync(string program, string[] probe)
    {
        try
        {
            return (await StartAsync(program, Root, probe)).Code == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string program, string folder, string[] arguments)
    {
        var (code, output, errors) = await StartAsync(program, folder, arguments);
        Assert.True(code == 0, $"{program} {arguments[0]} ended with {code}:\n{output}\n{errors}");
        return output;
    }

    private static async Task<(int Code, string Output, string Errors)> StartAsync(
        string program, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var patience = new CancellationTokenSource(Patience);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string FindRoot(string folder) => File.Exists(Path.Combine(folder, "Commission.sln"))
        ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("There is no repository."));
}

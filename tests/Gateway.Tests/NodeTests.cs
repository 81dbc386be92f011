using System.ComponentModel;
using System.Diagnostics;

namespace Commission.Gateway.Tests;

/// <summary>The client that most Node programs use must work unchanged.</summary>
public sealed class NodeTests
{
    [Fact]
    public async Task GrpcJs_AllKindsOfCalls_Work()
    {
        var node = await RunAsync("node", Root, "--version");
        if (node is null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must have node.");
            Assert.Skip("NODE IS MISSING: calls by @grpc/grpc-js were NOT tested.");
        }

        var folder = Path.Combine(Root, "tests", "node");
        Assert.NotNull(await RunAsync("npm", folder, "ci", "--ignore-scripts"));
        await using var host = await EchoHost.StartAsync();
        var output = await RunAsync(
            "node",
            folder,
            "echo.mjs",
            host.GrpcAddress.Authority,
            Path.Combine(Root, "tests", "Gateway.Tests", "proto"),
            Path.Combine(Root, "src", "Contracts", "proto"));
        Assert.EndsWith("all passed", output!.TrimEnd(), StringComparison.Ordinal);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Commission.sln")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
            }

            return folder.FullName;
        }
    }

    /// <summary>What a program printed, or null if it isn't installed; a failure of it fails the test.</summary>
    private static async Task<string?> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{program} failed: {await output} {await errors}");
            return await output;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

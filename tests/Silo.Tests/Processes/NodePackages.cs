using System.ComponentModel;

namespace Commission.Silo.Tests.Processes;

/// <summary>Node and what its scripts need.</summary>
internal static class NodePackages
{
    private static readonly SemaphoreSlim Sample = new(1);

    public static async Task<bool> IsNodeThereAsync()
    {
        try
        {
            await RunningProgram.RunAsync("node", RunningProgram.Root, "--version");
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>The folder of this project's copies of tests/node's scripts, with their packages installed.</summary>
    public static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "node");
        await RunningProgram.RunAsync("npm", folder, "ci", "--ignore-scripts");
        return folder;
    }

    /// <summary>
    /// Waits until nobody else uses samples/clients/node, where packages are installed; disposing lets the next one in.
    /// </summary>
    public static async Task<IDisposable> EnterSampleAsync()
    {
        await Sample.WaitAsync();
        return new Lease();
    }

    private sealed class Lease : IDisposable
    {
        public void Dispose() => Sample.Release();
    }
}

using System.Globalization;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;

namespace Commission.Crash.Tests.Harness;

/// <summary>
/// A tmpfs of a few megabytes, and a file that fills it. Root mounts it; another user does so in a namespace of its
/// own, in which then the silo runs.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Block = 4096;
    private readonly Scratch _scratch = new();
    private RunningProgram? _namespace;
    private FileStream? _filler;

    /// <summary>The folder of a store on the disk.</summary>
    public SqlitePlace Place { get; private set; } = null!;

    private string Root { get; set; } = "";

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m");
        await (Environment.IsPrivilegedProcess ? disk.MountAsRootAsync(size) : disk.MountInNamespaceAsync(size));
        return disk;
    }

    /// <summary>Takes all space but so many bytes, as it is at this moment.</summary>
    public void Fill(long leave)
    {
        _filler ??= new FileStream(
            Path.Combine(Root, "filler"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var block = new byte[Block];
        try
        {
            while (Available > leave)
            {
                _filler.Write(block);
            }
        }
        catch (IOException)
        {
            // The silo took the last of it meanwhile: full is full.
        }
    }

    /// <summary>Gives a little space back.</summary>
    public void Release(long bytes) => _filler!.SetLength(_filler.Position -= bytes);

    /// <summary>Gives all space back.</summary>
    public void Free() => _filler!.SetLength(_filler.Position = 0);

    public async ValueTask DisposeAsync()
    {
        if (_filler is not null)
        {
            await _filler.DisposeAsync();
        }

        if (_namespace is not null)
        {
            await _namespace.DisposeAsync();
        }
        else if (Root.Length > 0)
        {
            await RunningProgram.RunAsync("umount", "/", Root);
        }

        _scratch.Dispose();
    }

    private long Available => new DriveInfo(Root).AvailableFreeSpace;

    private async Task MountAsRootAsync(string size)
    {
        await RunningProgram.RunAsync("mount", "/", "-t", "tmpfs", "-o", size, "tmpfs", _scratch.Folder);
        Root = _scratch.Folder;
        Place = new SqlitePlace(Path.Combine(Root, "store"));
    }

    private async Task MountInNamespaceAsync(string size)
    {
        _namespace = RunningProgram.Start(
            "unshare", "/", "--user", "--map-current-user", "--keep-caps", "--mount", "sh", "-c",
            "mount -t tmpfs -o \"$0\" tmpfs \"$1\" && echo mounted by $$ && exec cat", size, _scratch.Folder);
        var id = (await _namespace.LineAsync("mounted by ")).Split(' ')[^1];
        Root = $"/proc/{id}/root{_scratch.Folder}";
        Place = new SqlitePlace(
            Path.Combine(_scratch.Folder, "store"), Path.Combine(Root, "store"),
            "nsenter", "--target", id, "--user", "--mount", "--preserve-credentials");
    }
}

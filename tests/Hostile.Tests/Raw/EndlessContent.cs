using System.Net;

namespace Commission.Hostile.Tests.Raw;

/// <summary>A body whose beginning is sent, and whose end is not until it is told to.</summary>
internal sealed class EndlessContent(byte[] beginning) : HttpContent
{
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the beginning was handed to the server, as far as it takes it.</summary>
    public Task Sent => _sent.Task;

    /// <summary>Ends the body.</summary>
    public void End() => _end.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(beginning);
        await stream.FlushAsync();
        _sent.TrySetResult();
        await _end.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

using System.Runtime.InteropServices;

namespace Commission.Storage.Postgres;

/// <summary>One caller's operation on its way through a writer.</summary>
internal abstract class PendingWrite(long bytes) : IQueued
{
    /// <inheritdoc/>
    public long Bytes { get; } = bytes + 128;

    /// <summary>Hands the caller its result, after the commit.</summary>
    public abstract void Complete();

    /// <summary>Hands the caller the failure.</summary>
    public abstract void Fail(Exception failure);
}

/// <inheritdoc/>
internal abstract class PendingWrite<T>(long bytes) : PendingWrite(bytes)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    /// <summary>Notes the result; a batch that is tried again decides anew.</summary>
    public void Decide(T result) => _result = result;

    public override void Complete() => _done.SetResult(_result!);

    public override void Fail(Exception failure) => _done.SetException(failure);
}

/// <summary>Payloads as the driver wants them.</summary>
internal static class Payloads
{
    /// <summary>
    /// The memory as an array of its own length. Asked for in the caller's own call, so that memory that is not there
    /// any more is that call's error and no other's.
    /// </summary>
    public static byte[] ToArray(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment)
        && segment.Array is { } array && segment.Count == array.Length
            ? array
            : memory.ToArray();
}

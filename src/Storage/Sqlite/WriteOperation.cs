namespace Commission.Storage.Sqlite;

/// <summary>One caller's operation on its way through the writer.</summary>
internal abstract class WriteOperation(long bytes) : IQueued
{
    /// <inheritdoc/>
    public long Bytes { get; } = bytes + 128;

    /// <summary>Does the work inside the batch's transaction. A refusal is a result; it has written nothing.</summary>
    public abstract void Execute(WriterTables tables);

    /// <summary>Hands the caller its result, after the commit.</summary>
    public abstract void Complete();

    /// <summary>Hands the caller the failure, unless it has its result.</summary>
    public abstract void Fail(Exception failure);
}

/// <inheritdoc/>
internal sealed class WriteOperation<T>(Func<WriterTables, T> work, long bytes) : WriteOperation(bytes)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Done => _done.Task;

    public override void Execute(WriterTables tables) => _result = work(tables);

    public override void Complete() => _done.SetResult(_result!);

    public override void Fail(Exception failure) => _done.TrySetException(failure);
}

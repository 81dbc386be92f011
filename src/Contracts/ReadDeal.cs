namespace Commission.Contracts.V1;

/// <content>A deal that several are told of in one process is read once for all of them.</content>
public sealed partial class Deal
{
    /// <summary>
    /// What the deal was read as; null: nobody kept that. Not part of the message: neither clones nor other processes
    /// have it. Who sets it must not change the message from then on.
    /// </summary>
    public object? Reading { get; set; }
}

using Commission.Storage;
using Google.Protobuf;

namespace Commission.Grains.Journals;

/// <summary>
/// A grain's own account of the credit ledger, and the one place where such grains write: append, then apply. What
/// arrives during an append is appended together with the next. Only for use inside one grain.
/// </summary>
/// <typeparam name="TRecord">What an account consists of.</typeparam>
/// <param name="ledger">Where it is kept.</param>
/// <param name="account">The account's name.</param>
/// <param name="parser">Reads records.</param>
/// <param name="owner">The grain.</param>
internal sealed class AccountJournal<TRecord>(
    ILedger ledger, string account, MessageParser<TRecord> parser, IJournalOwner<TRecord> owner)
    : Batcher<TRecord>, ILiveAccount
    where TRecord : class, IMessage<TRecord>
{
    private const int PageSize = 1000;

    /// <inheritdoc/>
    public string Account { get; } = account;

    /// <summary>Of the last record applied; 0 before the first.</summary>
    public long Sequence { get; private set; }

    /// <summary>Applies every record of the account; called once, on activation.</summary>
    public Task LoadAsync(CancellationToken cancellation) =>
        ReadAsync(0, owner.Apply, sequence => Sequence = sequence, cancellation);

    /// <summary>Every record up to <paramref name="sequence"/> has been applied otherwise; called once, on activation,
    /// instead of <see cref="LoadAsync"/>.</summary>
    public void Begin(long sequence) => Sequence = sequence;

    /// <summary>Reads the account's records after <paramref name="after"/>.</summary>
    /// <param name="after">Sequence of the last record that is not wanted; 0: from the first.</param>
    /// <param name="take">Is given each record in order.</param>
    /// <returns>The sequence of the last record read. More may have been applied meanwhile.</returns>
    public async Task<long> ReplayAsync(long after, Action<TRecord> take)
    {
        await ReadAsync(after, take, sequence => after = sequence, CancellationToken.None);
        return after;
    }

    /// <summary>Returns when the record is durable and applied. A record that is no news is dropped.</summary>
    /// <exception cref="FencedException">Another activation wrote to the account; this one is to be given
    /// up.</exception>
    public Task AppendAsync(TRecord record) =>
        owner.IsNews(record) ? AddAsync(record) : Task.CompletedTask;

    private async Task ReadAsync(
        long after, Action<TRecord> take, Action<long> moved, CancellationToken cancellation)
    {
        IReadOnlyList<LedgerRecord> page;
        do
        {
            page = await ledger.ReadAsync(Account, after, PageSize, cancellation);
            foreach (var record in page)
            {
                take(parser.ParseFrom(record.Payload.Span));
                after = record.Sequence;
                moved(after);
            }
        }
        while (page.Count == PageSize);
    }

    /// <inheritdoc/>
    protected override async Task AppendAsync(IReadOnlyList<TRecord> batch)
    {
        // Two of the batch may be of one deal, or the first may have made the second old news.
        var news = new List<TRecord>(batch.Count);
        foreach (var record in batch)
        {
            if (owner.IsNews(record))
            {
                owner.Stamp(record);
                news.Add(record);
            }
        }

        if (news.Count == 0)
        {
            return;
        }

        var payloads = news.ConvertAll(static record => (ReadOnlyMemory<byte>)Payload.Of(record));
        var result = await ledger.AppendAsync(Account, Sequence, payloads, CancellationToken.None);
        if (result is LedgerAppendResult.Fenced fenced)
        {
            owner.GiveUp();
            throw new FencedException(Account, Sequence, fenced.ActualSequence);
        }

        ApplyAll(news, ((LedgerAppendResult.Appended)result).Sequence);
    }

    private void ApplyAll(List<TRecord> news, long sequence)
    {
        Sequence = sequence;
        try
        {
            news.ForEach(owner.Apply);
        }
        catch
        {
            // A bug; but what is durable must not be half in memory: the next activation reads all of it again.
            owner.GiveUp();
            throw;
        }

        owner.Applied();
    }
}

/// <summary>What a grain does with the records of its account.</summary>
internal interface IJournalOwner<in TRecord>
{
    /// <summary>Whether a record would change anything.</summary>
    bool IsNews(TRecord record);

    /// <summary>Notes in a record when it was taken.</summary>
    void Stamp(TRecord record);

    /// <summary>Changes the state in memory by a durable record; ignores one that is no news.</summary>
    void Apply(TRecord record);

    /// <summary>A batch was applied.</summary>
    void Applied();

    /// <summary>Drops the state in memory: another activation is ahead.</summary>
    void GiveUp();
}

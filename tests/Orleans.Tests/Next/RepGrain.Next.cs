using Commission.Contracts.Grains;

namespace Commission.Grains.Reps;

/// <content>Of a later version.</content>
public sealed partial class RepGrain
{
    /// <inheritdoc/>
    public Task<NextQuestion> AskNext(NextQuestion question) => Task.FromResult(new NextQuestion(question.Text + _id));
}

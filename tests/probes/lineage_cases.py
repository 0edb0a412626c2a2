"""Texts that come near the name of a listed dataset and name none."""

from __future__ import annotations

NEAR_MISSES: tuple[str, ...] = tuple(
    line.strip()
    for line in """
    Celebrity
    celebrities
    celeb
    celebs
    celebrate
    celebration photos
    Celebrity Faces
    celebrity a to z
    a celeb a week
    celeb a
    celeb a hq
    Celeb-DF
    Celeb-DF-v2
    CelebV
    CelebV-HQ
    CelebV-Text
    Celeb-500K
    CelebFaces
    CelebFaces+
    celebaby
    celebandfaces
    xCelebA
    CelebAs
    CelebA1
    CelebAMasks
    CelebHQ
    Celeb B
    CelebB
    celebaHQ256
    MS
    Celeb 1M
    1M
    ms 1m
    1M MS
    MS-COCO
    MSCOCO
    MS MARCO
    MS2
    MS2M
    MS10M
    MS1MB
    MS1MV4
    MS1MV22
    MS1MV
    MMS1M
    MS-Celebrity-1M
    MSR
    MSRA-CFW
    MSRA-TD500
    Microsoft
    Microsoft Common Objects
    ms, celeb, 1m
    ms/celeb/1m
    ms (celeb) 1m
    M S Celeb 1 M
    more
    e more
    emoret
    memore
    emoreno
    Emory
    Duke
    Duke University
    Duke Forest
    MTMC
    MTMC tracking
    Duke, MTMC
    DukeMTM
    DukeMTMCs
    DukeTMC
    Market-1501
    Market1501
    CUHK03
    MSMT17
    brain wash
    brainwashed
    brainwashing
    Brainwasher
    brain
    Mega
    mega face
    MegaFaces
    MegaDepth
    MegaPixels
    megapixel face
    MegaFac
    MegaFace3
    MegaAge
    tiny face
    tiny faces
    TinyFaces
    Tiny-Face
    dive face
    dive faces
    DiveFaces
    diversity
    diversity of faces
    Diverse Faces
    Diversity in Face
    Flickr Diverse Faces
    diversity in human faces
    DiF
    dif
    img_dif_01.png
    differ
    UCCSx
    UCCS1
    UCSC
    UCSD
    UCS
    constrained college students
    unconstrained students
    unconstrained faces
    college students
    IJB
    IJB-D
    IJB-S
    IJBs
    IJCB
    IJCB-A
    IJB (A)
    IJB, A
    IJBD
    IJB-AB
    IJB-1
    Janus
    IARPA
    IARPA Janus
    IARPA Janus Benchmark
    IARPA Janus Surveillance
    Janus Benchmark A
    CS6
    LAION
    LAION-400M
    LAION-COCO
    LAION-Face
    LAION-50B
    LAION-5BX
    LAION 5 billion
    LAION, 5B
    re: laion
    re laion
    relay ion 5b
    lion 5b
    5B
    tiny
    images
    tiny image
    TinyImage
    TinyImageNet
    Tiny ImageNet
    tiny-imagenet-200
    tiny, images
    tiny/images
    80 million images
    million images
    Tiny Imagesets
    VGG
    VGG16
    VGG-19
    VGG2
    VGGSound
    VGGFace3
    VGGFaces
    VGGFaceX
    VGG-Faces
    Voxceleb
    VoxCeleb2
    VVGGFace
    Face2
    Face 2
    WebFace
    web face
    Web Faces
    webfaces
    WebFace10M
    WebFace261M
    WebFace260
    WebFace2600M
    WebFace260MB
    WebFace 2M
    260M
    42M
    CASIA
    CASIA-FASD
    CASIA-SURF
    CASIA-FaceV5
    CASIA-WebFac
    CASIA Web
    CASIA NIR-VIS
    CASIA, WebFace
    CASIAWebFaces
    FFH
    FFHQs
    FFHQ2
    FFHQR
    AFHQ
    FFDNet
    Flickr
    Flickr faces
    Flickr-Faces
    Flickr HQ
    Faces-HQ
    MetFaces
    RMF
    RMFDs
    RMFRDB
    SMFR
    MFDD
    MFR2
    masked face dataset
    Masked Faces
    Real-World Faces
    real world masked faces
    simulated masked faces
    MaskedFace-Net
    MAFA
    口罩人脸
    口罩遮挡
    人脸数据集
    真实口罩
    真实口罩人脸
    模拟口罩
    Glint
    Glint360
    Glint36K
    Glint360KM
    Glint-Mini
    glint 360
    glints
    deep
    deep glint
    DeepGlintX
    DeepFace
    deep glinting
    Asian Celebrities
    Asian Face
    trillion
    a trillion, pairs of them
    PIPAL
    PIP
    pipe
    PIPAs
    pi pa
    people
    people in photos
    photo albums
    people in albums
    FHIB
    FHIBES
    Fair Human Benchmark
    FairFace
    human-centric
    LFWs
    LF W
    L F W
    LFW2
    LFWX
    CPLFW
    CALFW
    MLFW
    SLLFW
    TALFW
    XQLFW
    AFLW
    AFLW2000-3D
    Labeled Faces
    faces in the wild
    Labeled Fishes in the Wild
    labeled face in the wild
    Labels in the Wild
    WIDER FACE
    WIDER
    DigiFaces
    DigiFace2
    digit
    Digi Face
    Digital Faces
    1M digits
    DigiFac
    UTKFace
    FairFaces
    IMDB-WIKI
    IMDB-Face
    YouTube Faces
    YTF
    AgeDB
    AgeDB-30
    CFP-FP
    FaceScrub
    UMDFaces
    ImageNet
    COCO
    CIFAR
    own session, studio north
    attendance terminal 1 at Lakeside Works
    friends-only albums
    photo-sharing site
    images/album/0014.jpg
    https://shop.example/masks/2
    """.splitlines()
    if line.strip()
)
